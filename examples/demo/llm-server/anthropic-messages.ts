import type { Answer, AnswerRequest, Api, Json, ServerEvent } from './api.js';

/** `POST /v1/messages`: whole answers and streams, with cache reads and writes kept outside `input_tokens`. */
export const anthropicMessages: Api = {
  path: '/v1/messages',
  provider: 'anthropic',
  usageKind: () => 'anthropic',
  usageOnWire: () => true,
  answer: (request) => (request.body['stream'] === true ? streamed(request) : whole(request)),
  error: (status) => ({
    type: 'error',
    error: { type: status === 429 ? 'rate_limit_error' : 'api_error', message: `simulated ${status}` },
  }),
};

function whole(request: AnswerRequest): Answer {
  return {
    json: {
      ...head(request),
      content: [block(request)],
      stop_reason: stopReason(request),
      stop_sequence: null,
      usage: { ...inputUsage(request), output_tokens: request.usage.outputTokens },
    },
  };
}

function streamed(request: AnswerRequest): Answer {
  const { toolCall, text } = request.saying;
  const deltas =
    toolCall === undefined
      ? text.split(/(?<= )/).map((word) => ({ type: 'text_delta', text: word }))
      : [{ type: 'input_json_delta', partial_json: toolCall.arguments }];
  const start = toolCall === undefined ? { type: 'text', text: '' } : { ...block(request), input: {} };
  const message = {
    ...head(request),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...inputUsage(request), output_tokens: 1 },
  };
  const bodies: Json[] = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: start },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason(request), stop_sequence: null },
      usage: { output_tokens: request.usage.outputTokens },
    },
    { type: 'message_stop' },
  ];
  const events: ServerEvent[] = bodies.map((data) => ({ event: String(data['type']), data }));
  return { events };
}

function head(request: AnswerRequest): Json {
  return { id: `msg_${request.serial}`, type: 'message', role: 'assistant', model: request.model };
}

function block(request: AnswerRequest): Json {
  const { toolCall, text } = request.saying;
  return toolCall === undefined
    ? { type: 'text', text }
    : { type: 'tool_use', id: toolCall.id, name: toolCall.name, input: JSON.parse(toolCall.arguments) };
}

function stopReason(request: AnswerRequest): string {
  return request.saying.toolCall === undefined ? 'end_turn' : 'tool_use';
}

/** Anthropic's `input_tokens` leaves out what was read from and written to the cache. */
function inputUsage({ usage }: AnswerRequest): Json {
  return {
    input_tokens: usage.inputTokens - usage.cacheReadInputTokens - usage.cacheWriteInputTokens,
    cache_read_input_tokens: usage.cacheReadInputTokens,
    cache_creation_input_tokens: usage.cacheWriteInputTokens,
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWriteInputTokens, ephemeral_1h_input_tokens: 0 },
    service_tier: 'standard',
  };
}
