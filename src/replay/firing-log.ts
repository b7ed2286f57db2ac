import type { FiringAlert, ResolvedAlert } from '../model/alert-instance.js'
import type { AlertingRule, RuleGroup } from '../model/alerting-rule.js'
import type { LabelSet } from '../model/label-set.js'
import type { Timestamp } from '../model/time.js'
import type { TraceId } from '../model/trace-id.js'
import type { GroupStatus, RuleStatus } from '../rule/group-status.js'

/** One alert, from when it fired until it ended. */
export interface Firing {
  readonly labels: LabelSet
  readonly annotations: LabelSet
  /** Since when its condition had held. */
  readonly activeAt: Timestamp
  readonly firedAt: Timestamp
  /** Undefined while it still fires. */
  readonly endedAt: Timestamp | undefined
  /** When it began to fire. */
  readonly value: number
  /** Those that were shown while it fired, the first that were; no more than `MOST_TRACES`. */
  readonly traceIds: readonly TraceId[]
}

/** What came of a rule. */
export interface RuleHistory {
  readonly group: RuleGroup
  readonly rule: AlertingRule
  readonly evaluations: number
  /** Evaluations that saw only a part of the traces, found no traces at all, or failed. */
  readonly partial: number
  readonly noData: number
  readonly failed: number
  readonly lastError: string | undefined
  /** In order of time. */
  readonly firings: readonly Firing[]
  /** Firings beyond `MOST_FIRINGS`, which are only counted. */
  readonly uncounted: number
}

export const MOST_TRACES = 20
export const MOST_FIRINGS = 100_000

/** Keeps what the evaluations of rule groups came to. */
export interface FiringLog {
  note(status: GroupStatus): void
  histories(): readonly RuleHistory[]
}

interface OpenFiring extends Omit<Firing, 'endedAt' | 'traceIds'> {
  endedAt: Timestamp | undefined
  readonly traceIds: Set<TraceId>
}

interface OpenHistory extends Omit<RuleHistory, 'firings'> {
  evaluations: number
  partial: number
  noData: number
  failed: number
  lastError: string | undefined
  uncounted: number
  readonly firings: OpenFiring[]
  /** By the alert, as one label set may fire several times. */
  readonly known: Map<string, OpenFiring | undefined>
}

export function createFiringLog(groups: readonly RuleGroup[]): FiringLog {
  const histories = new Map<AlertingRule, OpenHistory>(
    groups.flatMap((group) => group.rules.map((rule) => [rule, begin(group, rule)])),
  )
  return {
    note: ({ rules }) => {
      for (const status of rules) {
        const history = histories.get(status.rule)
        if (history !== undefined) noteRule(history, status)
      }
    },
    histories: () =>
      Array.from(histories.values(), ({ known: _known, firings, ...history }) => ({
        ...history,
        firings: firings.map((firing) => ({ ...firing, traceIds: [...firing.traceIds] })),
      })),
  }
}

function begin(group: RuleGroup, rule: AlertingRule): OpenHistory {
  const counts = { evaluations: 0, partial: 0, noData: 0, failed: 0, uncounted: 0 }
  return { group, rule, ...counts, lastError: undefined, firings: [], known: new Map() }
}

function noteRule(history: OpenHistory, { verdict, lastError, alerts }: RuleStatus): void {
  history.evaluations += 1
  if (verdict === 'partial') history.partial += 1
  if (verdict === 'no data') history.noData += 1
  if (verdict === 'error') history.failed += 1
  history.lastError = lastError ?? history.lastError
  const seen = new Set<string>()
  for (const [fingerprint, alert] of alerts) {
    if (alert.state === 'pending') continue
    const key = `${fingerprint} ${alert.firedAt}`
    seen.add(key)
    noteAlert(history, key, alert)
  }
  for (const key of history.known.keys()) if (!seen.has(key)) history.known.delete(key)
}

function noteAlert(history: OpenHistory, key: string, alert: FiringAlert | ResolvedAlert): void {
  const known = history.known.has(key) ? history.known.get(key) : open(history, key, alert)
  if (known === undefined) return
  if (alert.state === 'inactive') known.endedAt = alert.resolvedAt
  for (const { traceId } of alert.exemplars) {
    if (known.traceIds.size < MOST_TRACES) known.traceIds.add(traceId)
  }
}

function open(history: OpenHistory, key: string, alert: FiringAlert | ResolvedAlert): OpenFiring | undefined {
  const { labels, annotations, activeAt, firedAt, value } = alert
  const isFull = history.firings.length === MOST_FIRINGS
  const firing = isFull
    ? undefined
    : { labels, annotations, activeAt, firedAt, value, endedAt: undefined, traceIds: new Set<TraceId>() }
  history.known.set(key, firing)
  if (firing === undefined) history.uncounted += 1
  else history.firings.push(firing)
  return firing
}
