import type { Answer, AnswerRequest, Api, Json, ServerEvent } from './api.js';
import { chatUsage, CREATED_SECONDS, openAiError, openAiUsageKind } from './openai-usage.js';
import { isJson } from './saying.js';

/** `POST /v1/chat/completions`: whole answers, and streams with and without usage. */
export const openAiChat: Api = {
  path: '/v1/chat/completions',
  provider: 'openai',
  usageKind: openAiUsageKind,
  usageOnWire: (body) => body['stream'] !== true || wantsUsage(body),
  answer: (request) => (request.body['stream'] === true ? streamed(request) : whole(request)),
  error: openAiError,
};

function wantsUsage(body: Json): boolean {
  const options = body['stream_options'];
  return isJson(options) && options['include_usage'] === true;
}

function whole(request: AnswerRequest): Answer {
  const { text, toolCall } = request.saying;
  const message =
    toolCall === undefined
      ? { role: 'assistant', content: text, refusal: null }
      : { role: 'assistant', content: null, refusal: null, tool_calls: [toolCallJson(toolCall)] };
  return {
    json: {
      ...head(request, 'chat.completion'),
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(request) }],
      usage: chatUsage(request.usage),
    },
  };
}

function streamed(request: AnswerRequest): Answer {
  const { text, toolCall } = request.saying;
  const deltas: Json[] = [{ role: 'assistant', content: '' }];
  if (toolCall === undefined) for (const word of text.split(/(?<= )/)) deltas.push({ content: word });
  else deltas.push({ tool_calls: [{ index: 0, ...toolCallJson(toolCall) }] });
  const events: ServerEvent[] = deltas.map((delta) => chunk(request, { delta, finish_reason: null }));
  events.push(chunk(request, { delta: {}, finish_reason: finishReason(request) }));
  if (wantsUsage(request.body)) {
    events.push({
      data: { ...head(request, 'chat.completion.chunk'), choices: [], usage: chatUsage(request.usage) },
    });
  }
  return { events, endMark: '[DONE]' };
}

function chunk(request: AnswerRequest, choice: Json): ServerEvent {
  const usage = wantsUsage(request.body) ? { usage: null } : {};
  return {
    data: {
      ...head(request, 'chat.completion.chunk'),
      choices: [{ index: 0, logprobs: null, ...choice }],
      ...usage,
    },
  };
}

function head(request: AnswerRequest, object: string): Json {
  return {
    id: `chatcmpl-${request.serial}`,
    object,
    created: CREATED_SECONDS,
    model: request.model,
    service_tier: 'default',
    system_fingerprint: null,
  };
}

function finishReason(request: AnswerRequest): string {
  return request.saying.toolCall === undefined ? 'stop' : 'tool_calls';
}

function toolCallJson(toolCall: NonNullable<AnswerRequest['saying']['toolCall']>): Json {
  return {
    id: toolCall.id,
    type: 'function',
    function: { name: toolCall.name, arguments: toolCall.arguments },
  };
}
