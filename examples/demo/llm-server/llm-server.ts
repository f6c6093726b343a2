import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { anthropicMessages } from './anthropic-messages.js';
import type { Answer, Api, Json } from './api.js';
import { Faults } from './faults.js';
import { openAiChat } from './openai-chat.js';
import { openAiEmbeddings } from './openai-embeddings.js';
import { openAiResponses } from './openai-responses.js';
import { isJson, sayingFor } from './saying.js';
import { servedUsage } from './served-usage.js';
import { Tally } from './tally.js';

const APIS: readonly Api[] = [openAiChat, openAiResponses, openAiEmbeddings, anthropicMessages];

/** The dated models that answer to a family name. */
const SNAPSHOTS: Readonly<Record<string, string>> = {
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-4.1-mini': 'gpt-4.1-mini-2025-04-14',
  'gpt-5-mini': 'gpt-5-mini-2025-08-07',
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
};

/**
 * A small stand-in for the APIs of OpenAI and Anthropic on 127.0.0.1 that keeps its own books of what it billed.
 * It never keeps the process alive. Prompts steer it: `#fail=429`, `#flaky=500`, `#rounds=2`.
 */
export class LlmServer {
  readonly tally: Tally = new Tally();
  readonly #faults = new Faults();
  readonly #http: Server = createServer((request, response) => void this.#handle(request, response));
  #serial = 0;

  /** Listens on a free port; resolves to the base URL, without `/v1`. */
  async start(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(0, '127.0.0.1', resolve);
    });
    this.#http.unref();
    const address = this.#http.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const api = APIS.find((candidate) => candidate.path === path);
    const body = parse(text);
    if (api === undefined || body === undefined) return sendJson(response, 404, { error: 'not found' });
    const asked = String(body['model']);
    const model = SNAPSHOTS[asked] ?? asked;
    const fault = this.#faults.statusFor(text);
    if (fault !== undefined) {
      this.tally.failed(api.provider, model);
      response.setHeader('retry-after-ms', '1');
      return sendJson(response, fault, api.error(fault));
    }
    const serial = ++this.#serial;
    const usage = servedUsage(api.usageKind(asked), serial);
    this.tally.served(api.provider, model, usage, api.usageOnWire(body));
    await send(response, api.answer({ body, model, usage, serial, saying: sayingFor(body, serial) }));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): Json | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isJson(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

async function send(response: ServerResponse, answer: Answer): Promise<void> {
  if ('json' in answer) return sendJson(response, 200, answer.json);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const { event, data } of answer.events) {
    const name = event === undefined ? '' : `event: ${event}\n`;
    response.write(`${name}data: ${JSON.stringify(data)}\n\n`);
    // One event per turn, so that clients see a stream and not one block.
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end(answer.endMark === undefined ? undefined : `data: ${answer.endMark}\n\n`);
}

function sendJson(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
