import type { Answer, AnswerRequest, Api, Json, ServerEvent } from './api.js';
import { CREATED_SECONDS, openAiError, openAiUsageKind, responsesUsage } from './openai-usage.js';

/** `POST /v1/responses`: whole answers and streams; both always tell the usage. */
export const openAiResponses: Api = {
  path: '/v1/responses',
  provider: 'openai',
  usageKind: openAiUsageKind,
  usageOnWire: () => true,
  answer: (request) => (request.body['stream'] === true ? streamed(request) : { json: completed(request) }),
  error: openAiError,
};

function streamed(request: AnswerRequest): Answer {
  const item = outputItem(request);
  const started = { ...completed(request), status: 'in_progress', output: [], usage: null };
  const bodies: Json[] = [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
    { type: 'response.output_item.added', output_index: 0, item: startOf(item) },
    ...itemDeltas(request),
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: completed(request) },
  ];
  const events: ServerEvent[] = bodies.map((body, index) => ({
    event: String(body['type']),
    data: { ...body, sequence_number: index },
  }));
  return { events };
}

function itemDeltas(request: AnswerRequest): Json[] {
  const { text, toolCall } = request.saying;
  const at = { item_id: itemId(request), output_index: 0 };
  if (toolCall !== undefined) {
    return [
      { type: 'response.function_call_arguments.delta', ...at, delta: toolCall.arguments },
      { type: 'response.function_call_arguments.done', ...at, arguments: toolCall.arguments },
    ];
  }
  const part = { ...at, content_index: 0 };
  return [
    { type: 'response.content_part.added', ...part, part: outputText('') },
    ...text
      .split(/(?<= )/)
      .map((delta) => ({ type: 'response.output_text.delta', ...part, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...part, text, logprobs: [] },
    { type: 'response.content_part.done', ...part, part: outputText(text) },
  ];
}

function completed(request: AnswerRequest): Json {
  return {
    id: `resp_${request.serial}`,
    object: 'response',
    created_at: CREATED_SECONDS,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: request.model,
    output: [outputItem(request)],
    parallel_tool_calls: true,
    service_tier: 'default',
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: responsesUsage(request.usage),
  };
}

function outputItem(request: AnswerRequest): Json {
  const { text, toolCall } = request.saying;
  const id = itemId(request);
  if (toolCall !== undefined) {
    return {
      id,
      type: 'function_call',
      status: 'completed',
      call_id: toolCall.id,
      name: toolCall.name,
      arguments: toolCall.arguments,
    };
  }
  return { id, type: 'message', status: 'completed', role: 'assistant', content: [outputText(text)] };
}

/** The item as announced, before its deltas. */
function startOf(item: Json): Json {
  return item['type'] === 'function_call'
    ? { ...item, status: 'in_progress', arguments: '' }
    : { ...item, status: 'in_progress', content: [] };
}

function outputText(text: string): Json {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function itemId(request: AnswerRequest): string {
  return request.saying.toolCall === undefined ? `msg_r${request.serial}` : `fc_r${request.serial}`;
}
