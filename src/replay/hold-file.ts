import type { Interval } from '../model/time.js'
import { toUnixNano } from '../model/time.js'
import type { Span } from '../model/span.js'
import type { RefusalReason } from '../otlp/decoded-spans.js'
import { FileError } from '../source/file/file-error.js'
import type { ReadSpansOptions } from '../source/file/read-spans.js'
import { createTraceWindow, type TraceWindow } from '../source/window/trace-window.js'
import { createMetrics } from '../telemetry/metrics.js'
import { addSpans } from './add-spans.js'
import type { FileAccount } from './backtest-report.js'
import { readArriving } from './read-arriving.js'
import { createReplayClock } from './replay-clock.js'

export interface HoldFileOptions extends ReadSpansOptions {
  /** Only spans that overlap it are held. */
  readonly reach: Interval
  /** Where more memory is needed, the traces go that came first. */
  readonly maxBytes: number
}

/** What a file holds of a stretch of time, all of it at once. */
export interface HeldFile {
  readonly traces: TraceWindow
  readonly account: FileAccount
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
  const isWanted = withinReach(options.reach)
  const onBadLine: HoldFileOptions['onBadLine'] = (line) => {
    counts.badLines += 1
    options.onBadLine(line)
  }
  let cutOff: string | undefined
  try {
    for await (const arriving of readArriving(path, { ...options, arrivals: undefined, onBadLine })) {
      clock.moveTo(arriving.at)
      counts.spans += arriving.spans.length
      const taken = addSpans(traces, arriving.spans.filter(isWanted))
      for (const [reason, count] of [...arriving.refused, ...taken]) {
        refused.set(reason, (refused.get(reason) ?? 0) + count)
      }
    }
  } catch (error) {
    if (!(error instanceof FileError) || counts.spans === 0) throw error
    cutOff = error.message
  }
  return { traces, account: { ...counts, refused }, cutOff }
}

function withinReach({ start, end }: Interval): (span: Span) => boolean {
  const [from, until] = [toUnixNano(start), toUnixNano(end)]
  return ({ startTimeUnixNano, endTimeUnixNano }) => startTimeUnixNano <= until && endTimeUnixNano >= from
}
