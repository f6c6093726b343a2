import { MAX_VALUE_LENGTH } from './read-names.js';
import type { SpanAttributes, SpanResource } from './span-shape.js';

const NOTHING: SpanAttributes = Object.freeze({});

/**
 * Reads resource attributes at booking time. Async ones may settle late: what is settled is read now, the rest as soon as it
 * is there; nothing waits. Settled attributes are kept per resource.
 */
export class ResourceReader {
  #resource: SpanResource | undefined;
  #attributes: SpanAttributes = NOTHING;
  #service = '';
  #pending = new WeakMap<SpanResource, SpanAttributes>();

  /** Attributes as far as settled; never throws, empty if there is no resource. */
  attributes(resource: SpanResource | undefined): SpanAttributes {
    if (resource !== undefined && resource === this.#resource) return this.#attributes;
    if (typeof resource !== 'object' || resource === null) return NOTHING;
    if (resource.asyncAttributesPending === true) return this.#settled(resource);
    this.#resource = resource;
    this.#attributes = resource.attributes ?? NOTHING;
    this.#service = text(this.#attributes['service.name']);
    return this.#attributes;
  }

  /** `service.name` of attributes that `attributes` gave; empty if unknown. */
  service(attributes: SpanAttributes): string {
    return attributes === this.#attributes ? this.#service : text(attributes['service.name']);
  }

  /**
   * Asking for `attributes` while some are pending logs an error in every SDK, so the settled ones are picked out of the raw
   * ones (2.x, 3.x), or asked for once (1.x). A provider without exporters never settles them: we set that going.
   */
  #settled(resource: SpanResource): SpanAttributes {
    const seen = this.#pending.get(resource);
    if (seen === undefined) resource.waitForAsyncAttributes?.().then(undefined, () => undefined);
    else if (resource.getRawAttributes === undefined) return seen;
    let attributes: SpanAttributes;
    if (resource.getRawAttributes === undefined) {
      attributes = { ...resource.attributes };
    } else {
      const settled: Record<string, unknown> = Object.create(null);
      for (const [key, value] of resource.getRawAttributes()) {
        if (value !== undefined && value !== null && !(value instanceof Promise)) settled[key] ??= value;
      }
      attributes = settled;
    }
    this.#pending.set(resource, attributes);
    return attributes;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_VALUE_LENGTH) : '';
}
