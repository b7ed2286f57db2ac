import { createMeasureAtSource } from '../detect/pushdown/measure-at-source.js'
import { ruleWindow } from '../detect/pushdown/rule-window.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import type { SpanSource } from '../model/source.js'
import { SECOND_MS, type Interval, type Timestamp } from '../model/time.js'
import { findLag } from './find-lag.js'
import { judgeGate, type GateOptions, type GateReport } from './gate.js'
import { planGate } from './gate-plans.js'
import { createOutageWatch } from './outage-watch.js'
import { createPatientSource } from './patient-source.js'
import { ReplayError } from './replay-error.js'

export interface GateSourceOptions extends GateOptions {
  readonly source: SpanSource
  /** Whether to wait until the source shows what was sent by the end. Else the end is where it does so already. */
  readonly wait: boolean
  /** Is told how long that takes, in milliseconds, before it is waited. */
  readonly onWait: (ms: number) => void
}

/**
 * Whether rules have fired over the last minutes of a source that answers TraceQL, such as a Tempo. Throws a `ReplayError`
 * where the time is too short to see the end.
 */
export async function gateSource(options: GateSourceOptions): Promise<GateReport> {
  const { groups, windowMs, clock, signal } = options
  const begun = clock.now()
  const deadline = begun + options.timeoutMs
  const end = options.end ?? begun
  const { source, outage } = createPatientSource(options.source, clock)
  const freshness = await findLag(source, begun, signal)
  const needed = (rule: AlertingRule): Timestamp => seesAllAt(rule, end, freshness.lagMs)
  const latest = options.wait
    ? await waitFor(
        groups.flatMap(({ rules }) => rules.map(needed)),
        options,
        deadline,
      )
    : begun
  const watch = createOutageWatch(outage)
  return judgeGate(options, {
    plans: planGate({ groups, windowMs, lastOf: (rule) => Math.min(needed(rule), latest) }),
    measure: createMeasureAtSource({ source: { ...source, freshness: async () => freshness } }),
    period: lookedAt(Math.min(end, latest - freshness.lagMs), windowMs),
    deadline,
    afterEach: () => watch.note(),
    problems: () => [watch.gaveUp() ?? []].flat(),
  })
}

function lookedAt(end: Timestamp, windowMs: number): Interval {
  return { start: end - windowMs, end }
}

/** The first whole second or so at which the window of a rule holds everything up to `end`. */
function seesAllAt(rule: AlertingRule, end: Timestamp, lagMs: number): Timestamp {
  let at = Math.ceil(end / SECOND_MS) * SECOND_MS + Math.max(lagMs, rule.queryOffsetMs)
  while (ruleWindow(rule, at, lagMs).end < end) at += SECOND_MS
  return at
}

/** Waits until the last of these moments, and answers it. */
async function waitFor(
  moments: readonly Timestamp[],
  { clock, signal, timeoutMs, onWait }: GateSourceOptions,
  deadline: Timestamp,
): Promise<Timestamp> {
  const until = Math.max(...moments)
  const ms = until - clock.now()
  if (ms <= 0) return until
  if (until >= deadline) {
    const seconds = Math.ceil(ms / SECOND_MS)
    throw new ReplayError(
      `--timeout: found ${timeoutMs / SECOND_MS} s, expected more than the ${seconds} s until all rules see the end; or --no-wait`,
    )
  }
  onWait(ms)
  await clock.sleepUntil(until, signal)
  return until
}
