import type { Timestamp } from '../../src/model/time.js'

/** One alert of a detector, in the time of the data. */
export interface AlertLine {
  readonly at: Timestamp
  /** What it is about, such as `latency`. */
  readonly type: string
  /** The service that it blames; undefined where it blames none. */
  readonly service: string | undefined
  /** The services that may be to blame, the likeliest first. */
  readonly candidates: readonly string[]
  readonly text: string
}

/** As scorers read it. */
export function encodeAlertLine({ at, type, service, candidates, text }: AlertLine): string {
  return JSON.stringify({
    timestamp: new Date(at).toISOString(),
    anomaly_type: type,
    service,
    root_cause_service: service,
    root_cause_candidates: candidates,
    message: text,
  })
}
