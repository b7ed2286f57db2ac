import type { Span } from '../model/span.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'
import { MOST_AHEAD_MS } from '../source/file/steady-time.js'

/** Spans that were left out as their clocks are ahead of all others. */
export interface AheadSpans {
  readonly count: number
  /** One of them: the number of its line, and when it ends. */
  readonly first: { readonly line: number; readonly end: Timestamp } | undefined
}

/** Counts spans that were left out. */
export interface AheadCount {
  note(line: number, spans: readonly Span[]): void
  counted(): AheadSpans
}

export function createAheadCount(): AheadCount {
  let count = 0
  let first: AheadSpans['first']
  return {
    note: (line, spans) => {
      count += spans.length
      const [span] = spans
      if (span !== undefined) first ??= { line, end: endOf(span) }
    },
    counted: () => ({ count, first }),
  }
}

const NANOS_PER_MILLI = 1e6

/** When a span ends, in Unix milliseconds with their fractions. */
export function endOf({ endTimeUnixNano }: Span): number {
  return Number(endTimeUnixNano) / NANOS_PER_MILLI
}

/** What is to be told of them, in a sentence; undefined where there are none. */
export function describeAhead({ count, first }: AheadSpans): string | undefined {
  if (first === undefined) return undefined
  const minutes = MOST_AHEAD_MS / MINUTE_MS
  const what = count === 1 ? 'span ends' : 'spans end'
  const were = count === 1 ? 'was' : 'were'
  const place = `line ${first.line}: ${new Date(first.end).toISOString()}`
  return `${count} ${what} more than ${minutes} min ahead of all others and ${were} left out, such as ${place}`
}
