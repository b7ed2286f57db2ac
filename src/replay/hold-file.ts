import type { Interval, Timestamp } from '../model/time.js'
import { toUnixNano } from '../model/time.js'
import type { Span } from '../model/span.js'
import type { RefusalReason } from '../otlp/decoded-spans.js'
import { FileError } from '../source/file/file-error.js'
import { readSpans, type ReadSpansOptions } from '../source/file/read-spans.js'
import { MOST_AHEAD_MS } from '../source/file/steady-time.js'
import { createTraceWindow, type TraceWindow } from '../source/window/trace-window.js'
import { createMetrics } from '../telemetry/metrics.js'
import { addSpans } from './add-spans.js'
import { createAheadCount, endOf } from './ahead-spans.js'
import type { FileAccount } from './backtest-report.js'
import { createReplayClock } from './replay-clock.js'

export interface HoldFileOptions extends ReadSpansOptions {
  /** Only spans that overlap it are held. */
  readonly reach: Interval
  /** When the file ends. Spans that end far later have clocks that are wrong. */
  readonly end: Timestamp
  /** Where more memory is needed, the traces go that came first. */
  readonly maxBytes: number
}

/** What a file holds of a stretch of time, all of it at once. */
export interface HeldFile {
  readonly traces: TraceWindow
  readonly account: Omit<FileAccount, 'lateTraces'>
  /** Why the file could not be read to its end. */
  readonly cutOff: string | undefined
}

/** Reads a file of OTLP JSON Lines into memory. Throws a `FileError` where it cannot be opened. */
export async function holdFile(path: string, options: HoldFileOptions): Promise<HeldFile> {
  // There was nothing before a file: it is complete from the beginning of time on.
  const clock = createReplayClock(0)
  const { maxBytes } = options
  const traces = createTraceWindow({
    maxBytes,
    maxAgeMs: Number.MAX_SAFE_INTEGER,
    clock,
    metrics: createMetrics(),
  })
  const counts = { spans: 0, badLines: 0 }
  const refused = new Map<RefusalReason, number>()
  const ahead = createAheadCount()
  const isWanted = withinReach(options.reach)
  const isAhead = (span: Span): boolean => endOf(span) > options.end + MOST_AHEAD_MS
  const onBadLine: HoldFileOptions['onBadLine'] = (line) => {
    counts.badLines += 1
    options.onBadLine(line)
  }
  let cutOff: string | undefined
  try {
    for await (const { line, spans, refused: unread } of readSpans(path, { ...options, onBadLine })) {
      const near = spans.filter((span) => !isAhead(span))
      clock.moveTo(near.reduce((latest, span) => Math.max(latest, Math.ceil(endOf(span))), 0))
      counts.spans += spans.length
      ahead.note(line, spans.filter(isAhead))
      const taken = addSpans(traces, near.filter(isWanted))
      for (const [reason, count] of [...unread, ...taken]) {
        refused.set(reason, (refused.get(reason) ?? 0) + count)
      }
    }
  } catch (error) {
    if (!(error instanceof FileError) || counts.spans === 0) throw error
    cutOff = error.message
  }
  return { traces, account: { ...counts, refused, ahead: ahead.counted() }, cutOff }
}

function withinReach({ start, end }: Interval): (span: Span) => boolean {
  const [from, until] = [toUnixNano(start), toUnixNano(end)]
  return ({ startTimeUnixNano, endTimeUnixNano }) => startTimeUnixNano <= until && endTimeUnixNano >= from
}
