import type { Timestamp } from '../model/time.js'
import type { Refusals } from '../otlp/decoded-spans.js'
import type { DeliveryReport } from './delivery/delivery-report.js'
import type { AheadSpans } from './ahead-spans.js'
import type { RuleHistory } from './firing-log.js'

/** What was read of a file. */
export interface FileAccount {
  readonly spans: number
  readonly badLines: number
  /** Spans that were left out, by why. */
  readonly refused: Refusals
  readonly ahead: AheadSpans
  /** Traces that came so late that there is a rule which did not count them. */
  readonly lateTraces: number
}

/** What rules would have done over a stretch of the past. */
export interface BacktestReport {
  /** When the first and the last evaluation were; both the first moment where there was none. */
  readonly from: Timestamp
  readonly to: Timestamp
  readonly rules: readonly RuleHistory[]
  /** Undefined where the source is no file. */
  readonly file: FileAccount | undefined
  /** How far before an evaluation windows end at the earliest, in milliseconds; undefined where that was measured on the way. */
  readonly lagMs: number | undefined
  /** Why texts of alerts could not be filled in, each once; the first few. */
  readonly templateFaults: readonly string[]
  /** Why the past could not be replayed to its end. */
  readonly cutOff: string | undefined
  /** Who would have been told of what; undefined where nobody was named. */
  readonly delivery?: DeliveryReport | undefined
}
