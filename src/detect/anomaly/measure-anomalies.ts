import { setImmediate } from 'node:timers/promises'
import type { AlertingRule, AnomalyRule, Sensitivity } from '../../model/alerting-rule.js'
import type { Finding } from '../../model/finding.js'
import type { ArrivalMark, LocalTraces } from '../../model/local-traces.js'
import type { MeasureRules, RuleMeasure, Sample } from '../../model/rule-sample.js'
import { SourceError } from '../../model/source-error.js'
import type { Freshness } from '../../model/source.js'
import { MINUTE_MS, type Timestamp } from '../../model/time.js'
import { AnomalyEngine } from './anomaly-engine.js'
import { buildFinding } from './build-finding.js'
import type { Incident } from './incident.js'
import type { Strictness } from './series/judgement.js'
import { endOfTick, lastEnded, TICK_MS, type Tick } from './series/ticks.js'

/** So far back traces are looked at in the beginning, and after a pause. */
const LOOK_BACK_MS = 30 * MINUTE_MS
const MOST_OPERATIONS = 5000
/** After so many spans others have their turn. */
const SPANS_A_TURN = 20_000

export interface MeasureAnomaliesOptions {
  readonly traces: LocalTraces
  /** How far behind the present the traces are complete. */
  readonly freshness: (at: Timestamp) => Freshness
  /** Is told of each span whose operation is not followed, as there are too many. */
  readonly onDropped?: (() => void) | undefined
}

/** One engine, and how far it has come. */
interface Course {
  readonly engine: AnomalyEngine
  next: Tick
  incident: Incident | undefined
}

const STRICTNESS: Readonly<Record<Sensitivity, Omit<Strictness, 'minTraffic'>>> = {
  low: { score: 8, excessMs: 50 },
  medium: { score: 5, excessMs: 20 },
  high: { score: 4, excessMs: 8 },
}

/** Measures rules of what is unlike normal over traces that are held in this process. Rules that ask for the same share what was learned. */
export function createMeasureAnomalies(options: MeasureAnomaliesOptions): MeasureRules {
  const { traces, freshness } = options
  const courses = new Map<string, Course>()

  function courseOf(rule: AnomalyRule, last: Tick): Course {
    const { expr, signals, sensitivity, minTraffic, warmUpMs } = rule
    const key = JSON.stringify([expr, signals, sensitivity, minTraffic, warmUpMs])
    const known = courses.get(key)
    if (known !== undefined) return known
    const engine = new AnomalyEngine({
      strictness: { ...STRICTNESS[sensitivity], minTraffic },
      signals,
      warmUpMs,
      mostOperations: MOST_OPERATIONS,
      onDropped: options.onDropped ?? (() => {}),
    })
    const course = { engine, next: firstTick(last), incident: undefined }
    courses.set(key, course)
    return course
  }

  function firstTick(last: Tick): Tick {
    const since = Math.max(endOfTick(last) - LOOK_BACK_MS, traces.completeSince())
    return Math.min(last, Math.ceil(since / TICK_MS))
  }

  async function follow(course: Course, last: Tick, mark: ArrivalMark, signal: AbortSignal): Promise<void> {
    if (course.next < firstTick(last)) course.next = firstTick(last)
    for (let tick = course.next; tick <= last; tick += 1) {
      await passOver(course.engine, tick, mark, signal)
      course.incident = course.engine.close(tick)
      course.next = tick + 1
    }
  }

  async function passOver(
    engine: AnomalyEngine,
    tick: Tick,
    mark: ArrivalMark,
    signal: AbortSignal,
  ): Promise<void> {
    let spans = 0
    for (const trace of traces.within({ start: tick * TICK_MS, end: endOfTick(tick) }, mark)) {
      engine.note(tick, trace)
      spans += trace.spans.length
      if (spans < SPANS_A_TURN) continue
      spans = 0
      await setImmediate()
      signal.throwIfAborted()
    }
  }

  async function measure(rule: AnomalyRule, at: Timestamp, signal: AbortSignal): Promise<RuleMeasure> {
    const last = lastEnded(at - freshness(at).lagMs)
    const course = courseOf(rule, last)
    await follow(course, last, traces.mark(), signal)
    const finding = course.incident && buildFinding(course.incident, course.engine.isService, traces)
    const window = { start: last * TICK_MS, end: endOfTick(last) }
    return {
      window,
      samples: finding === undefined ? [] : [toSample(finding)],
      completeness: 'complete',
      hasData: traces.countWithin(window) > 0,
    }
  }

  return async (rules, at, signal) => {
    const measured: (RuleMeasure | SourceError)[] = []
    for (const rule of rules)
      measured.push(isAnomalyRule(rule) ? await measure(rule, at, signal) : WRONG_KIND)
    return measured
  }
}

function isAnomalyRule(rule: AlertingRule): rule is AnomalyRule {
  return rule.kind === 'anomaly'
}

const WRONG_KIND = new SourceError('the rule has an expression', { reason: 'unsupported' })

function toSample(finding: Finding): Sample {
  return {
    labels: new Map([
      ['service', finding.service],
      ['signal', finding.signal],
    ]),
    value: 1,
    holds: true,
    exemplars: finding.traces,
    finding,
  }
}
