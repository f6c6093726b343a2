import type { Call } from '../usage/call.js';
import type { DimensionSource } from '../usage/usage-sink.js';
import { DimensionLookup } from './dimensions.js';
import { ResourceReader } from './resource-reader.js';
import type { EndedSpan, SpanAttributes } from './span-shape.js';
import type { SpanNode } from './span-node.js';

/** Who spent it: finds the service and the dimensions of a call from its span, its ancestors, baggage and resource. */
export class CallLabels {
  readonly #resources = new ResourceReader();
  readonly #dimensions: DimensionLookup;

  constructor(sources: readonly DimensionSource[] | undefined) {
    this.#dimensions = new DimensionLookup(sources);
  }

  /** Fills in `service` and `dimensions`. */
  put(span: EndedSpan, node: SpanNode, call: Call): void {
    const resource = this.#resources.attributes(span.resource);
    call.service = this.#resources.service(resource);
    if (!this.#dimensions.isEmpty) call.dimensions = this.#dimensions.find(span.attributes, node, resource);
  }

  /** What descendants of an ended span may still inherit of it. */
  capture(attributes: SpanAttributes): SpanAttributes | undefined {
    return this.#dimensions.capture(attributes);
  }
}
