import { createMeasureAnomalies } from './detect/anomaly/measure-anomalies.js'
import { createFreshnessMeter } from './detect/freshness-meter.js'
import { createMeasureByKind } from './detect/measure-by-kind.js'
import { createMeasureHere } from './detect/measure-here.js'
import type { Clock } from './model/clock.js'
import { describeThrown } from './model/describe-thrown.js'
import type { MeasureRules } from './model/rule-sample.js'
import type { Freshness, Source } from './model/source.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from './model/time.js'
import { createLocalSource } from './source/local/local-source.js'
import { createTraceWindow, type TraceWindow } from './source/window/trace-window.js'
import type { SnapshotStore } from './store/snapshot-store.js'
import type { Logger } from './telemetry/logger.js'
import type { Metrics } from './telemetry/metrics.js'

/** Until spans have shown how late they come: SDKs send them every 5 s by default. */
const DEFAULT_LAG_MS = 10 * SECOND_MS
/** Spans that come later than this say nothing of how late spans come. */
export const MOST_LAG_MS = 5 * MINUTE_MS
/** How far back, before its window, a match rule counts traces that came late. */
export const LATENESS_MS = 5 * MINUTE_MS

const NO_LAG: Freshness = { lagMs: 0, known: true }

export interface TracesHereOptions {
  readonly maxBytes: number
  readonly maxAgeMs: number
  readonly clock: Clock
  readonly metrics: Metrics
  /** How late spans come where that is not to be measured, in milliseconds. */
  readonly lagMs?: number | undefined
  /** Where what is normal is kept over a restart, and who is told where that fails; undefined where it is not kept. */
  readonly kept?: { readonly snapshots: SnapshotStore; readonly logger: Pick<Logger, 'warn'> } | undefined
}

/** Spans that come to this process, held as traces, with all that can be asked of them. */
export interface TracesHere {
  readonly window: TraceWindow
  readonly source: Source
  /** The same without a lag: what has been received is answered at once. */
  readonly live: Source
  readonly measure: MeasureRules
  freshness(at: Timestamp): Freshness
}

/** Joins the window with the source and the measuring of rules over it. How late spans come is measured as they come. */
export function createTracesHere(options: TracesHereOptions): TracesHere {
  const { maxBytes, maxAgeMs, clock, metrics, lagMs } = options
  const meter = createFreshnessMeter({
    knownLagMs: 0,
    defaultLagMs: DEFAULT_LAG_MS,
    mostLagMs: MOST_LAG_MS,
  })
  let sealedUntil = Number.NEGATIVE_INFINITY
  const onAge = (ageMs: number, at: Timestamp): void => {
    meter.observe(ageMs, at)
    if (at - ageMs <= sealedUntil) metrics.lateSpans.inc()
  }
  const window = createTraceWindow({ maxBytes, maxAgeMs, clock, metrics, onAge })
  const freshness = (at: Timestamp): Freshness =>
    lagMs === undefined ? meter.freshness(at) : { lagMs, known: true }
  return {
    window,
    source: createLocalSource({ traces: window, freshness, clock }),
    live: createLocalSource({
      traces: window,
      freshness: () => NO_LAG,
      clock,
      begunAt: window.completeSince(),
    }),
    measure: createMeasureByKind({
      anomalies: createMeasureAnomalies({
        traces: window,
        freshness,
        snapshots: options.kept?.snapshots,
        onDropped: () => metrics.unfollowedSpans.inc(),
        onSealed: (until) => {
          sealedUntil = Math.max(sealedUntil, until)
        },
        onUnkept: (error) => tellUnkept(error, options),
      }),
      expressions: createMeasureHere({ traces: window, freshness, latenessMs: LATENESS_MS }),
    }),
    freshness,
  }
}

/** What is normal is learned again: nobody has to do anything. */
function tellUnkept(error: unknown, { kept, metrics }: TracesHereOptions): void {
  metrics.unkeptBaselines.inc()
  kept?.logger.warn('What is normal could not be kept, or not be read again', {
    error: describeThrown(error),
  })
}
