import type { Json, Saying } from './api.js';

/**
 * Decides what the model says: a call of the first offered tool until the conversation holds as many tool results as
 * the prompt's `#rounds=N` asks for (default 1), then text. A JSON schema for the answer is met with sample values.
 */
export function sayingFor(body: Json, serial: number): Saying {
  const text = JSON.stringify(body);
  const tool = firstTool(body);
  const rounds = Number(/#rounds=(\d+)/.exec(text)?.[1] ?? 1);
  if (tool !== undefined && toolResults(text) < rounds) {
    return {
      text: '',
      toolCall: {
        id: `call_${serial}`,
        name: tool.name,
        arguments: JSON.stringify(sampleOf(tool.schema)),
      },
    };
  }
  const schema = answerSchema(body);
  return {
    text: schema === undefined ? `Answer number ${serial}.` : JSON.stringify(sampleOf(schema)),
    toolCall: undefined,
  };
}

/** Chat completions nest a tool under `function`; Responses and Anthropic keep it flat. */
function firstTool(body: Json): { name: string; schema: unknown } | undefined {
  const tools = body['tools'];
  if (!Array.isArray(tools) || tools.length === 0) return undefined;
  const first: unknown = tools[0];
  if (!isJson(first)) return undefined;
  const tool = isJson(first['function']) ? first['function'] : first;
  const name = tool['name'];
  if (typeof name !== 'string') return undefined;
  return { name, schema: tool['parameters'] ?? tool['input_schema'] };
}

function toolResults(text: string): number {
  return text.match(/"role":"tool"|"type":"function_call_output"|"type":"tool_result"/g)?.length ?? 0;
}

function answerSchema(body: Json): unknown {
  const chat = body['response_format'];
  if (isJson(chat) && isJson(chat['json_schema'])) return chat['json_schema']['schema'];
  const text = body['text'];
  if (isJson(text) && isJson(text['format'])) return text['format']['schema'];
  return undefined;
}

/** The smallest value a simple JSON schema accepts. */
function sampleOf(schema: unknown): unknown {
  if (!isJson(schema)) return {};
  switch (schema['type']) {
    case 'string':
      return 'Paris';
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    default: {
      const properties = isJson(schema['properties']) ? schema['properties'] : {};
      return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, sampleOf(value)]));
    }
  }
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
