import { createServer, type Server } from 'node:http';

/** A loopback OTLP/HTTP endpoint that counts the requests it gets and understands nothing of them. */
export class OtlpCollector {
  traceRequests = 0;
  readonly #http: Server = createServer((request, response) => {
    if (request.url === '/v1/traces') this.traceRequests += 1;
    request.resume().once('end', () => response.writeHead(200).end());
  });

  /** Listens on a free port; resolves to what `OTEL_EXPORTER_OTLP_ENDPOINT` takes. */
  async start(): Promise<string> {
    await new Promise<void>((done) => this.#http.listen(0, '127.0.0.1', done));
    const address = this.#http.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((done) => this.#http.close(done));
  }
}
