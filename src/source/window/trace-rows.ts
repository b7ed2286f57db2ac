import { NO_ROW } from './row.js'

/** A trace in the window: the number of its row. Once the trace is gone the row will be another one's. */
export type TraceRef = number
export const NO_TRACE: TraceRef = -1

/** What a trace takes in memory before its first span, in bytes: its row, as rows double, and its places in the window's lists. */
export const TRACE_BYTES = 160

/** As many 32-bit words as fill a cache line. */
export const TRACE_WORDS = 16

/** Where each word is; of a 64-bit number the word of this name is the lower half. */
export const TRACE = {
  /** The four words of its id, big-endian. */
  id: 0,
  hash: 4,
  /** References to the rows of its first and its last span. `NO_ROW` is the first one of a trace that is gone. */
  first: 5,
  last: 6,
  spanCount: 7,
  /** The first start and the last end of a span. */
  start: 8,
  end: 10,
  /** The memory of its spans, in bytes. */
  spanBytes: 12,
  /** Its neighbours in the order of latest change. */
  before: 13,
  after: 14,
  /** The number of the latest request that added to it, of which the lower 32 bits are kept. */
  changedIn: 15,
} as const

const FIRST_ROWS = 64

/**
 * The traces of the window, a row for each. As objects they would be most of what the garbage collector has to look at:
 * a hundred thousand that live long, and others as many each second. It is a class, as this is the hot path.
 */
export class TraceRows {
  words = new Int32Array(FIRST_ROWS * TRACE_WORDS)
  private rowCount = 0
  private readonly free: TraceRef[] = []

  /** A row for a trace that has no span yet. */
  begin(id: Int32Array, hash: number): TraceRef {
    const trace = this.free.pop() ?? this.append()
    const { words } = this
    const base = trace * TRACE_WORDS
    words.fill(0, base, base + TRACE_WORDS)
    for (let word = 0; word < 4; word += 1) words[base + TRACE.id + word] = id[word] ?? 0
    words[base + TRACE.hash] = hash
    words[base + TRACE.first] = words[base + TRACE.last] = NO_ROW
    words[base + TRACE.start] = words[base + TRACE.start + 1] = -1
    words[base + TRACE.before] = words[base + TRACE.after] = NO_TRACE
    return trace
  }

  /** Makes it known to all who come across it that a trace is gone. */
  remove(trace: TraceRef): void {
    this.set(trace, TRACE.first, NO_ROW)
  }

  /** Gives the row of a trace that is gone to the next one that begins. */
  recycle(trace: TraceRef): void {
    this.free.push(trace)
  }

  isGone(trace: TraceRef): boolean {
    return this.get(trace, TRACE.first) === NO_ROW
  }

  get(trace: TraceRef, word: number): number {
    return this.words[trace * TRACE_WORDS + word] ?? 0
  }

  set(trace: TraceRef, word: number, value: number): void {
    this.words[trace * TRACE_WORDS + word] = value
  }

  /** Whether this is the id of the trace. */
  hasId(trace: TraceRef, id: Int32Array): boolean {
    const { words } = this
    const at = trace * TRACE_WORDS + TRACE.id
    return (
      words[at + 3] === id[3] && words[at + 2] === id[2] && words[at + 1] === id[1] && words[at] === id[0]
    )
  }

  private append(): TraceRef {
    const { words, rowCount } = this
    if (rowCount * TRACE_WORDS === words.length) {
      this.words = new Int32Array(2 * words.length)
      this.words.set(words)
    }
    this.rowCount += 1
    return rowCount
  }
}

/** Whether the first of two unsigned 64-bit numbers, given as halves, is the smaller one. */
export function isBefore(high: number, low: number, otherHigh: number, otherLow: number): boolean {
  return high === otherHigh ? low >>> 0 < otherLow >>> 0 : high >>> 0 < otherHigh >>> 0
}
