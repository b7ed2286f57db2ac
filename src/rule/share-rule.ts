import type { Anomaly } from '../model/anomaly.js'
import type { Detector } from '../model/detector.js'
import type { Timestamp } from '../model/time.js'
import type { Rule } from './rule.js'

export interface ShareRuleOptions {
  readonly detector: Detector
  /** The condition holds while the share is above this. 0 to 1. */
  readonly threshold: number
  /** While the condition lasts, it is told again this long after it was last told. */
  readonly repeatMs: number
  /** When it was told last, before a restart in the middle of it. */
  readonly toldAt?: Timestamp | undefined
}

/** A check may be made some milliseconds early or late of its time; a repetition must not wait for the next for that. */
const TOLERANCE_MS = 500

/**
 * Tells of a share that is too high: when that begins, and again from time to time while it lasts. A share taken from
 * a sample may begin the condition, but only an exact one ends it.
 */
export function createShareRule({ detector, threshold, repeatMs, ...before }: ShareRuleOptions): Rule {
  let { toldAt } = before

  return {
    type: 'high_error_rate',
    detector,
    judge(measured, at): readonly Anomaly[] {
      if (measured.kind !== 'share') throw new Error(`a share rule cannot judge ${measured.kind}`)
      const { affected, total, sampled } = measured
      const high = total > 0 && affected / total > threshold
      if (!high) {
        if (!sampled) toldAt = undefined
        return []
      }
      // A negative time since: the clock was set back, and nobody knows how long the condition has lasted.
      const sinceMs = at - (toldAt ?? Number.NEGATIVE_INFINITY)
      if (sinceMs >= 0 && sinceMs < repeatMs - TOLERANCE_MS) return []
      toldAt = at
      return [{ type: 'high_error_rate', at, affectedTraces: affected, totalTraces: total, sampled }]
    },
  }
}
