import type { Span } from '../../../model/span.js'

const NANOS_PER_MILLI = 1e6

/** How long a span took, in milliseconds; never below zero. */
export function durationMs({ startTimeUnixNano, endTimeUnixNano }: Span): number {
  return Math.max(0, Number(endTimeUnixNano - startTimeUnixNano) / NANOS_PER_MILLI)
}

/**
 * The time of a span in which none of these others was under way, in milliseconds. They are of the same clock: they count
 * as far as they lie within the span, and where they overlap once.
 */
export function ownTimeMs(span: Span, inner: readonly Span[]): number {
  if (inner.length === 0) return durationMs(span)
  const { startTimeUnixNano: start, endTimeUnixNano: end } = span
  const parts = inner
    .map((each) => ({
      from: Number(each.startTimeUnixNano - start),
      to: Number(each.endTimeUnixNano - start),
    }))
    .toSorted((left, right) => left.from - right.from)
  const whole = Number(end - start)
  let covered = 0
  let reached = 0
  for (const { from, to } of parts) {
    const until = Math.min(to, whole)
    covered += Math.max(0, until - Math.max(from, reached))
    reached = Math.max(reached, until)
  }
  return Math.max(0, whole - covered) / NANOS_PER_MILLI
}
