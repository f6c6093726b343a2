import { createHash } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

/** A server at work. */
export interface PageServer {
  readonly url: string;
  /** Ends it and all its connections. */
  close(): Promise<void>;
}

/** What the server serves; made anew for every request, from the ledger as it is then. */
export interface PageSource {
  readonly page: () => Promise<string>;
  /** The page's payload as JSON. */
  readonly payload: () => Promise<string>;
}

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/**
 * A server for one page and its data on the loopback interface. It answers GET and HEAD for `/` and `/data.json` and
 * refuses everything that another site's page could send: a `Host` that is not loopback (DNS rebinding), a foreign
 * `Origin`, a cross-site fetch of the data. Resolves once it listens; `port` 0 takes any free one.
 */
export async function startPageServer(source: PageSource, port: number): Promise<PageServer> {
  const server = createServer((request, response) => {
    answer(request, response, source).catch((error: unknown) => {
      if (!response.headersSent)
        send(request, response, 500, 'text/plain', error instanceof Error ? error.message : String(error));
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${portOf(server)}/`, close };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answer(request: IncomingMessage, response: ServerResponse, source: PageSource): Promise<void> {
  const refusal = refusalOf(request);
  if (refusal !== undefined) return send(request, response, 403, 'text/plain', refusal);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return send(request, response, 405, 'text/plain', 'Only GET and HEAD.');
  }
  const path = request.url?.split('?', 1)[0];
  if (path === '/') return send(request, response, 200, 'text/html', await source.page());
  if (path !== '/data.json') return send(request, response, 404, 'text/plain', 'Not here.');
  const payload = await source.payload();
  const tag = `"${createHash('sha256').update(payload).digest('base64url')}"`;
  response.setHeader('ETag', tag);
  if (request.headers['if-none-match'] !== tag)
    return send(request, response, 200, 'application/json', payload);
  response.writeHead(304, HEADERS).end();
}

/** Why a request is refused, or `undefined`. */
function refusalOf({ headers, socket }: IncomingMessage): string | undefined {
  const hosts = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`];
  if (socket.localPort === 80) hosts.push('127.0.0.1', 'localhost');
  if (headers.host === undefined || !hosts.includes(headers.host.toLowerCase())) return 'Foreign Host.';
  if (headers.origin !== undefined && !hosts.some((host) => headers.origin === `http://${host}`))
    return 'Foreign Origin.';
  const site = headers['sec-fetch-site'];
  const navigates = headers['sec-fetch-mode'] === 'navigate';
  if ((site === 'cross-site' || site === 'same-site') && !navigates) return 'Cross-site request.';
  return undefined;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
): void {
  response.writeHead(status, {
    ...HEADERS,
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
