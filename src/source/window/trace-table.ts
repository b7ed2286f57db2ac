import type { HeldTrace } from './held-trace.js'
import { createKeyedHash } from './keyed-hash.js'

const FIRST_SLOTS = 256
const SLOT_BYTES = 8

/**
 * Traces by the words of their id, without making a text of it: a hash table with open addressing, at most half full. Its
 * hash cannot be foreseen.
 */
export class TraceTable {
  private slots: (HeldTrace | undefined)[] = emptySlots(FIRST_SLOTS)
  private count = 0
  private readonly keyedHash = createKeyedHash()

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

  find(id: Int32Array): HeldTrace | undefined {
    const { slots } = this
    const mask = slots.length - 1
    for (let slot = this.hash(id) & mask; ; slot = (slot + 1) & mask) {
      const trace = slots[slot]
      if (trace === undefined || hasId(trace, id)) return trace
    }
  }

  add(trace: HeldTrace): void {
    if (2 * (this.count + 1) > this.slots.length) this.resize(2 * this.slots.length)
    this.put(trace)
    this.count += 1
  }

  remove(trace: HeldTrace): void {
    const { slots } = this
    const mask = slots.length - 1
    let hole = trace.hash & mask
    while (slots[hole] !== trace) hole = (hole + 1) & mask
    // Those behind it move up, so that no search ends at the hole before it has found them.
    for (let slot = (hole + 1) & mask; ; slot = (slot + 1) & mask) {
      const other = slots[slot]
      if (other === undefined) break
      if (((slot - other.hash) & mask) < ((slot - hole) & mask)) continue
      slots[hole] = other
      hole = slot
    }
    slots[hole] = undefined
    this.count -= 1
    if (slots.length > FIRST_SLOTS && 8 * this.count < slots.length) this.resize(slots.length / 2)
  }

  private put(trace: HeldTrace): void {
    const mask = this.slots.length - 1
    let slot = trace.hash & mask
    while (this.slots[slot] !== undefined) slot = (slot + 1) & mask
    this.slots[slot] = trace
  }

  private resize(length: number): void {
    const old = this.slots
    this.slots = emptySlots(length)
    for (const trace of old) if (trace !== undefined) this.put(trace)
  }
}

function emptySlots(length: number): (HeldTrace | undefined)[] {
  return Array.from({ length }, () => undefined)
}

/** Whether this is the trace with that id, given as words. */
export function hasId(trace: HeldTrace, id: Int32Array): boolean {
  return trace.id3 === id[3] && trace.id2 === id[2] && trace.id1 === id[1] && trace.id0 === id[0]
}
