import type { Anomaly, AnomalyType } from '../model/anomaly.js'
import type { Measured } from '../model/detector.js'
import type { Query } from '../model/question.js'
import type { Freshness } from '../model/source.js'
import { SourceError } from '../model/source-error.js'
import type { Timestamp } from '../model/time.js'
import type { Rule } from './rule.js'

export interface CheckOptions {
  readonly rules: readonly Rule[]
  readonly freshness: (at: Timestamp, signal: AbortSignal) => Promise<Freshness>
  readonly query: Query
}

/** What one check came to. A check with a failure is not health, whatever the rest of it found. */
export interface CheckOutcome {
  readonly at: Timestamp
  readonly anomalies: readonly Anomaly[]
  /** One for each distinct thing that went wrong. */
  readonly failures: readonly SourceError[]
  /** What each rule measured; empty where nothing could be asked. */
  readonly measures: ReadonlyMap<AnomalyType, Measured | SourceError>
}

/** Makes one check: asks the questions of all rules, and lets each judge its answers. A failed rule stops no other. */
export function createCheck({ rules, freshness, query }: CheckOptions) {
  return async function check(at: Timestamp, signal: AbortSignal): Promise<CheckOutcome> {
    const fresh = await freshness(at, signal)
    const answers = await query(
      rules.flatMap((rule) => rule.detector.ask(at, fresh)),
      signal,
    )
    const anomalies: Anomaly[] = []
    const failures = new Map<string, SourceError>()
    const fail = (failure: SourceError): void => void failures.set(failure.message, failure)
    const measures = new Map<AnomalyType, Measured | SourceError>()
    for (const rule of rules) {
      try {
        const measured = rule.detector.measure(answers, at)
        measures.set(rule.type, measured)
        for (const anomaly of rule.judge(measured, at)) anomalies.push(anomaly)
        if (measured.kind === 'matches' && measured.failure !== undefined) fail(measured.failure)
      } catch (error) {
        const failure = toSourceError(error)
        measures.set(rule.type, failure)
        fail(failure)
      }
    }
    return { at, anomalies, failures: [...failures.values()], measures }
  }
}

/** Whatever was thrown in a check. What is no failure of the source is a fault of our own, and must not pass for health. */
export function toSourceError(thrown: unknown): SourceError {
  if (thrown instanceof SourceError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new SourceError(message, { reason: 'failed', cause: thrown })
}
