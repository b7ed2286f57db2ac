import { createKeyedHash } from './keyed-hash.js'
import { NO_TRACE, TRACE, type TraceRef, type TraceRows } from './trace-rows.js'

const FIRST_SLOTS = 256
const SLOT_BYTES = 4

/**
 * Traces by the words of their id, without making a text of it: a hash table with open addressing, at most half full. Its
 * hash cannot be foreseen.
 */
export class TraceTable {
  private slots = emptySlots(FIRST_SLOTS)
  private count = 0
  private readonly keyedHash = createKeyedHash()

  constructor(private readonly traces: TraceRows) {}

  get size(): number {
    return this.count
  }

  /** Its memory, in bytes. */
  get bytes(): number {
    return this.slots.length * SLOT_BYTES
  }

  hash(id: Int32Array): number {
    return this.keyedHash(id[0] ?? 0, id[1] ?? 0, id[2] ?? 0, id[3] ?? 0)
  }

  /** `NO_TRACE` where there is none with this id. */
  find(id: Int32Array): TraceRef {
    const { slots, traces } = this
    const mask = slots.length - 1
    for (let slot = this.hash(id) & mask; ; slot = (slot + 1) & mask) {
      const trace = slots[slot] ?? NO_TRACE
      if (trace === NO_TRACE || traces.hasId(trace, id)) return trace
    }
  }

  add(trace: TraceRef): void {
    if (2 * (this.count + 1) > this.slots.length) this.resize(2 * this.slots.length)
    this.put(trace)
    this.count += 1
  }

  remove(trace: TraceRef): void {
    const { slots } = this
    const mask = slots.length - 1
    let hole = this.hashOf(trace) & mask
    while (slots[hole] !== trace) hole = (hole + 1) & mask
    // Those behind it move up, so that no search ends at the hole before it has found them.
    for (let slot = (hole + 1) & mask; ; slot = (slot + 1) & mask) {
      const other = slots[slot] ?? NO_TRACE
      if (other === NO_TRACE) break
      if (((slot - this.hashOf(other)) & mask) < ((slot - hole) & mask)) continue
      slots[hole] = other
      hole = slot
    }
    slots[hole] = NO_TRACE
    this.count -= 1
    if (slots.length > FIRST_SLOTS && 8 * this.count < slots.length) this.resize(slots.length / 2)
  }

  private hashOf(trace: TraceRef): number {
    return this.traces.get(trace, TRACE.hash)
  }

  private put(trace: TraceRef): void {
    const mask = this.slots.length - 1
    let slot = this.hashOf(trace) & mask
    while (this.slots[slot] !== NO_TRACE) slot = (slot + 1) & mask
    this.slots[slot] = trace
  }

  private resize(length: number): void {
    const old = this.slots
    this.slots = emptySlots(length)
    for (const trace of old) if (trace !== NO_TRACE) this.put(trace)
  }
}

function emptySlots(length: number): Int32Array {
  return new Int32Array(length).fill(NO_TRACE)
}
