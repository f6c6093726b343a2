import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/** Takes spans, counts them and forgets them: leaves only what a processor costs by itself. */
export class NullExporter implements SpanExporter {
  exported = 0;

  export(spans: ReadableSpan[], done: (result: { code: number }) => void): void {
    this.exported += spans.length;
    done({ code: 0 });
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
