import type { Audit, Delta, PricedCalls, Row } from '../ledger/delta.js';
import type { Cell } from './booking.js';
import { Booking } from './booking.js';
import type { AuditField } from '../usage/usage-sink.js';
import type { Call } from '../usage/call.js';
import type { Cost } from '../price/cost.js';
import type { SlotCells } from './slot-cells.js';
import { SLOT_MINUTES } from '../ledger/slot.js';
import { addCall } from '../ledger/add-call.js';
import { isZero, zeroMeasures } from '../ledger/measures.js';

/** Adds up what a turn books, until it is taken as one delta. Pure but for `call.booking`. */
export class DeltaBuilder {
  readonly #cells: SlotCells;
  #touched: Cell[] = [];
  #audit: Audit = {};
  #pricedCalls: PricedCalls = {};
  #counted = false;

  constructor(cells: SlotCells) {
    this.#cells = cells;
  }

  /** True when calls were booked or reversed since the last delta (audit counts alone do not make one). */
  get hasCalls(): boolean {
    return this.#touched.length > 0;
  }

  /** True when audit counters wait for a delta to ride on. */
  get hasCounts(): boolean {
    return this.#counted;
  }

  book(call: Call, cost: Cost | undefined): void {
    const cell = this.#cells.cell(call);
    addCall(this.#open(cell), call, cost, 1);
    this.#countBooked(call, cell, cost, 1);
    call.booking = new Booking(cell, cost);
  }

  /** Takes back what `book` booked, in the same slot, row and price. False when nothing is booked for the call. */
  reverse(call: Call): boolean {
    const booking = call.booking;
    if (!(booking instanceof Booking)) return false;
    call.booking = undefined;
    const { cell, cost } = booking;
    addCall(this.#open(cell), call, cost, -1);
    this.#countBooked(call, cell, cost, -1);
    return true;
  }

  count(field: AuditField, by: number): void {
    this.#audit[field] = (this.#audit[field] ?? 0) + by;
    this.#counted = true;
  }

  /** Everything since the last one; rows that came down to zero within it are left out. */
  take(): Delta {
    const rows: Row[] = [];
    for (const cell of this.#touched) {
      const measures = cell.measures;
      cell.measures = undefined;
      if (measures === undefined || isZero(measures)) continue;
      rows.push({ startMillis: cell.startMillis, minutes: SLOT_MINUTES, series: cell.series, measures });
    }
    const delta = { rows, audit: this.#audit, pricedCalls: this.#pricedCalls };
    this.#touched = [];
    this.#audit = {};
    this.#pricedCalls = {};
    this.#counted = false;
    return delta;
  }

  #open(cell: Cell): NonNullable<Cell['measures']> {
    if (cell.measures !== undefined) return cell.measures;
    cell.measures = zeroMeasures();
    this.#touched.push(cell);
    return cell.measures;
  }

  #countBooked(call: Call, cell: Cell, cost: Cost | undefined, sign: 1 | -1): void {
    if (cost !== undefined) this.#pricedCalls[cost.source] = (this.#pricedCalls[cost.source] ?? 0) + sign;
    if (call.error && !call.metered) this.count('errorsWithoutUsage', sign);
    else if (cell.overflow) this.count('overflowCalls', sign);
  }
}
