import type { Config } from './config/config.js'
import { createFreshnessMeter, type FreshnessMeter } from './detect/freshness-meter.js'
import { createMeasuredSource } from './detect/measured-source.js'
import { createMeasureAtSource, type MeasureAtSourceOptions } from './detect/pushdown/measure-at-source.js'
import type { Clock } from './model/clock.js'
import type { MeasureRules } from './model/rule-sample.js'
import type { Source } from './model/source.js'
import type { Timestamp } from './model/time.js'
import type { CountTraces } from './rule/rule-anomalies.js'
import { withBackOff } from './source/back-off.js'
import { createTempoSource } from './source/tempo/source.js'
import type { Logger } from './telemetry/logger.js'
import type { Metrics } from './telemetry/metrics.js'
import type { Spans } from './telemetry/spans.js'
import { untraced } from './telemetry/untraced.js'
import type { TracesHere } from './traces-here.js'

/** Where the traces come from. */
export interface Watched {
  /** For the built-in rules. */
  readonly source: Source
  /** For those of the user. */
  readonly measure: MeasureRules
  readonly countTraces: CountTraces
  /** Since when all traces are there, where those from before were lost. */
  readonly completeSince?: () => Timestamp
  close(): Promise<void>
}

/** Traces that are received. */
export function watchHere({ live, measure, window }: TracesHere): Watched {
  return {
    source: live,
    measure,
    countTraces: (interval) => window.countWithin(interval),
    completeSince: () => window.completeSince(),
    close: async () => {},
  }
}

export interface WatchTempoOptions {
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly keepAlive?: boolean | undefined
  readonly spans: Spans
  readonly countedBefore: MeasureAtSourceOptions['countedBefore']
}

/** Traces of a Tempo, which is asked for them. */
export function watchTempo({ config, countedBefore, ...options }: WatchTempoOptions): Watched {
  const tempo = createTempoSource({ ...options, config: config.tempo, untraced })
  const source = createMeasuredSource(tempo, openMeter(config))
  // A source that is out of reach is left alone by the user's rules; the built-in ones ask it as they are promised to.
  const rested = withBackOff(source, { clock: options.clock, random: Math.random })
  const measure = createMeasureAtSource({
    source: rested,
    latenessMs: config.alerting.latenessMs,
    countedBefore,
  })
  return { source, measure, countTraces: () => undefined, close: () => tempo.close() }
}

/** Traces that come later than they may say nothing of how late traces come. */
function openMeter({ alerting }: Config): FreshnessMeter {
  return createFreshnessMeter({ knownLagMs: 0, defaultLagMs: 0, mostLagMs: alerting.latenessMs })
}
