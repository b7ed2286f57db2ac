import type { AlertInstance } from '../model/alert-instance.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import type { Finding } from '../model/finding.js'
import { type Fingerprint, toFingerprint } from '../model/label-set.js'
import { meetsCondition } from '../model/meets-condition.js'
import type { RuleMeasure, Sample } from '../model/rule-sample.js'
import type { TraceMatch } from '../model/trace-match.js'
import type { Describer } from './describe-alert.js'
import { RuleError } from './rule-error.js'
import type { Seen } from './step-alert.js'
import { describeTrouble } from './trouble.js'

/** What an evaluation says of the alerts of a rule. */
export interface Sight {
  /** Of those that it speaks of. */
  readonly seen: ReadonlyMap<Fingerprint, Seen>
  /** Of all others. */
  readonly rest: Extract<Seen, { kind: 'ended' | 'unknown' }>
  /** All traces that are known of those that hold; an alert shows but a few. */
  readonly traces: TracesByAlert
  readonly findings: FindingsByAlert
}

/** The traces of alerts, the newest first. */
export type TracesByAlert = ReadonlyMap<Fingerprint, readonly TraceMatch[]>

/** What was found, of alerts on what is unlike normal that hold. */
export type FindingsByAlert = ReadonlyMap<Fingerprint, Finding>

export type Alerts = ReadonlyMap<Fingerprint, AlertInstance>

const ENDED = { kind: 'ended' } as const
const UNKNOWN = { kind: 'unknown' } as const

/** Where an evaluation says nothing: no alert begins and none ends. */
export const NOTHING_SEEN: Sight = { seen: new Map(), rest: UNKNOWN, traces: new Map(), findings: new Map() }

/**
 * Reads the measure of a rule. One that saw only a part may begin an alert and ends none. Throws a `RuleError` where two
 * samples would make the same alert.
 */
export function lookAtMeasure(
  rule: AlertingRule,
  alerts: Alerts,
  measure: RuleMeasure,
  describer: Describer,
): Sight {
  const isComplete = measure.completeness === 'complete'
  if (isComplete && !measure.hasData && rule.noData !== 'ok') return lookAtNothing(rule, describer)
  const holding = findHolding(measure.samples, describer)
  if (!isComplete) return { ...holding, rest: UNKNOWN }
  const lingering = findLingering(rule, alerts, measure.samples, describer)
  return { ...holding, seen: new Map([...lingering, ...holding.seen]), rest: ENDED }
}

/** The window held no trace at all, which says nothing of the alerts that are there. */
function lookAtNothing({ noData }: AlertingRule, describer: Describer): Sight {
  return noData === 'keep' ? NOTHING_SEEN : lookAtTrouble(describer, 'NoData', 'the window held no trace')
}

/** What is wrong with the evaluation itself makes an alert; all others are left as they are. */
export function lookAtTrouble(describer: Describer, reason: 'NoData' | 'Error', detail: string): Sight {
  const facts = describeTrouble(describer, reason, detail)
  const seen = new Map([[toFingerprint(facts.labels), { kind: 'holds', facts } as const]])
  return { ...NOTHING_SEEN, seen }
}

function findHolding(samples: readonly Sample[], describer: Describer): Omit<Sight, 'rest'> {
  const seen = new Map<Fingerprint, Seen>()
  const traces = new Map<Fingerprint, readonly TraceMatch[]>()
  const findings = new Map<Fingerprint, Finding>()
  for (const sample of samples) {
    if (!sample.holds) continue
    const facts = describer.facts(sample)
    const fingerprint = toFingerprint(facts.labels)
    if (seen.has(fingerprint))
      throw new RuleError(`two series make one alert: both have the labels ${fingerprint}`)
    seen.set(fingerprint, { kind: 'holds', facts })
    traces.set(fingerprint, sample.exemplars)
    if (sample.finding !== undefined) findings.set(fingerprint, sample.finding)
  }
  return { seen, traces, findings }
}

/** Alerts that fire, and whose value is not yet what `resolve_when` asks for. A series that is gone has no value. */
function findLingering(
  { resolveWhen }: AlertingRule,
  alerts: Alerts,
  samples: readonly Sample[],
  describer: Describer,
): ReadonlyMap<Fingerprint, Seen> {
  const seen = new Map<Fingerprint, Seen>()
  if (resolveWhen === undefined) return seen
  for (const sample of samples) {
    if (sample.holds || meetsCondition(sample.value, resolveWhen)) continue
    const fingerprint = toFingerprint(describer.labels(sample))
    if (alerts.get(fingerprint)?.state !== 'firing') continue
    seen.set(fingerprint, { kind: 'lingers', facts: describer.facts(sample) })
  }
  return seen
}
