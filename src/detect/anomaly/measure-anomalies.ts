import type { AlertingRule, AnomalyRule } from '../../model/alerting-rule.js'
import type { MeasureRules, RuleMeasure } from '../../model/rule-sample.js'
import { SourceError } from '../../model/source-error.js'
import type { Freshness } from '../../model/source.js'
import type { Timestamp } from '../../model/time.js'
import { openCourse, type Course, type CourseOptions } from './course.js'
import { toFindingSample } from './to-finding-sample.js'
import { endOfTick, lastEnded, TICK_MS } from './series/ticks.js'

export interface MeasureAnomaliesOptions extends CourseOptions {
  /** How far behind the present the traces are complete. */
  readonly freshness: (at: Timestamp) => Freshness
}

/**
 * Measures rules of what is unlike normal over traces that are held in this process. Rules that ask for the same share what
 * was learned.
 */
export function createMeasureAnomalies(options: MeasureAnomaliesOptions): MeasureRules {
  const { traces, freshness } = options
  const courses = new Map<string, Promise<Course>>()

  function courseOf(rule: AnomalyRule): Promise<Course> {
    const { expr, signals, sensitivity, minTraffic, warmUpMs } = rule
    const key = JSON.stringify([expr, signals, sensitivity, minTraffic, warmUpMs])
    const course = courses.get(key) ?? openCourse(key, rule, options)
    courses.set(key, course)
    return course
  }

  async function measure(rule: AnomalyRule, at: Timestamp, signal: AbortSignal): Promise<RuleMeasure> {
    const last = lastEnded(at - freshness(at).lagMs)
    const course = await courseOf(rule)
    const finding = await course.follow(last, signal)
    const window = { start: last * TICK_MS, end: endOfTick(last) }
    return {
      window,
      samples: finding === undefined ? [] : [toFindingSample(finding)],
      completeness: 'complete',
      hasData: traces.countWithin(window) > 0,
    }
  }

  return async (rules, at, signal) => {
    const measured: (RuleMeasure | SourceError)[] = []
    for (const rule of rules) measured.push(await measureOne(rule, at, signal))
    return measured
  }

  async function measureOne(
    rule: AlertingRule,
    at: Timestamp,
    signal: AbortSignal,
  ): Promise<RuleMeasure | SourceError> {
    if (rule.kind !== 'anomaly') return WRONG_KIND
    try {
      return await measure(rule, at, signal)
    } catch (error) {
      if (error instanceof SourceError) return error
      throw error
    }
  }
}

const WRONG_KIND = new SourceError('the rule has an expression', { reason: 'unsupported' })
