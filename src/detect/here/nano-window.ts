import type { Span } from '../../model/span.js'
import { toUnixNano, type Interval } from '../../model/time.js'

/** A window of time in Unix nanoseconds: the start is excluded, the end included. */
export interface NanoWindow {
  readonly start: bigint
  readonly end: bigint
  /** The same as floats tell them. */
  readonly startFloat: number
  readonly endFloat: number
}

export function toNanoWindow(window: Interval): NanoWindow {
  const [start, end] = [toUnixNano(window.start), toUnixNano(window.end)]
  return { start, end, startFloat: Number(start), endFloat: Number(end) }
}

/** A float is off by less than this. */
const SLACK_NANO = 1024

/** Whether a span starts in the window. `startNano` is its start as a float, which tells for all but a few. */
export function startsIn(span: Span, startNano: number, window: NanoWindow): boolean {
  const { startFloat, endFloat } = window
  if (startNano > startFloat + SLACK_NANO && startNano < endFloat - SLACK_NANO) return true
  if (startNano < startFloat - SLACK_NANO || startNano > endFloat + SLACK_NANO) return false
  const { startTimeUnixNano } = span
  return startTimeUnixNano > window.start && startTimeUnixNano <= window.end
}
