import type { Call } from '../../../src/usage/call.js';
import type { AuditField, DimensionSource, UsageSink } from '../../../src/usage/usage-sink.js';

export const TOKEN_FIELDS = [
  'inputTokens',
  'cacheReadInputTokens',
  'cacheWriteInputTokens',
  'audioInputTokens',
  'outputTokens',
  'reasoningOutputTokens',
  'audioOutputTokens',
] as const;

/** What a ledger would hold. */
export interface Totals extends Record<(typeof TOKEN_FIELDS)[number], number> {
  calls: number;
  unmeteredCalls: number;
  errors: number;
}

/**
 * A sink that keeps every booked call and fails on misuse: replacing what is not booked, booking a call twice, numbers that are
 * no non-negative safe integers, parts larger than their totals.
 */
export class SummingSink implements UsageSink {
  readonly booked = new Set<Call>();
  readonly audit = new Map<AuditField, number>();
  readonly misuse: string[] = [];
  readonly dimensions: readonly DimensionSource[];
  readonly ledger: object;
  replaced = 0;

  constructor(dimensions: readonly DimensionSource[] = [], ledger: object = {}) {
    this.dimensions = dimensions;
    this.ledger = ledger;
  }

  record(call: Call): void {
    if (this.booked.has(call)) this.misuse.push('booked twice');
    if (call.booking !== undefined) this.misuse.push('booked with a booking of another call');
    this.#check(call);
    call.booking = {};
    this.booked.add(call);
  }

  replace(booked: Call, by: Call | undefined): void {
    if (!this.booked.delete(booked)) this.misuse.push('replaced what is not booked');
    this.replaced++;
    if (by !== undefined) this.record(by);
  }

  count(field: AuditField, by: number): void {
    if (!Number.isSafeInteger(by)) this.misuse.push(`${field} by ${by}`);
    this.audit.set(field, this.counted(field) + by);
  }

  counted(field: AuditField): number {
    return this.audit.get(field) ?? 0;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  get calls(): Call[] {
    return [...this.booked];
  }

  totals(): Totals {
    const totals: Totals = {
      calls: 0,
      unmeteredCalls: 0,
      errors: 0,
      inputTokens: 0,
      cacheReadInputTokens: 0,
      cacheWriteInputTokens: 0,
      audioInputTokens: 0,
      outputTokens: 0,
      reasoningOutputTokens: 0,
      audioOutputTokens: 0,
    };
    for (const call of this.booked) {
      if (call.error) totals.errors++;
      if (call.metered || !call.error) totals.calls++;
      if (!call.metered && !call.error) totals.unmeteredCalls++;
      for (const field of TOKEN_FIELDS) totals[field] += call[field];
    }
    return totals;
  }

  #check(call: Call): void {
    for (const field of [...TOKEN_FIELDS, 'durationMillis'] as const) {
      if (!Number.isSafeInteger(call[field]) || call[field] < 0)
        this.misuse.push(`${field} is ${call[field]}`);
    }
    if (call.cacheReadInputTokens + call.cacheWriteInputTokens > call.inputTokens)
      this.misuse.push('cache exceeds input');
    if (call.reasoningOutputTokens > call.outputTokens) this.misuse.push('reasoning exceeds output');
    if (call.audioInputTokens > call.inputTokens) this.misuse.push('audio exceeds input');
    if (call.audioOutputTokens > call.outputTokens) this.misuse.push('audio exceeds output');
    for (const field of ['provider', 'model', 'operation', 'service'] as const) {
      if (typeof call[field] !== 'string' || call[field].length > 256)
        this.misuse.push(`${field} is too long or no text`);
    }
  }
}
