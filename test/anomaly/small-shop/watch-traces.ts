import {
  createMeasureAnomalies,
  type MeasureAnomaliesOptions,
} from '../../../src/detect/anomaly/measure-anomalies.js'
import type { AnomalyRule } from '../../../src/model/alerting-rule.js'
import type { Finding } from '../../../src/model/finding.js'
import type { LocalTraces } from '../../../src/model/local-traces.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../../../src/model/time.js'
import type { Trace } from '../../../src/model/trace.js'
import { createAnomalyRule } from '../anomaly-rule.js'
import { createDice, type Dice } from '../simulated-system/dice.js'
import { holdByTick } from './hold-by-tick.js'
import { shopRequest, type Weather } from './shop-request.js'
import { layOut, type Step } from './step.js'

/** A whole hour, so that ticks and minutes come out round: 2026-11-24T08:00:00Z. */
export const START: Timestamp = Date.UTC(2026, 10, 24, 8)
export const TICK_MS = 10 * SECOND_MS

const { signal } = new AbortController()

/** Requests that come by chance, so many a second, and what they are. */
export interface Traffic {
  readonly seed: number
  readonly minutes: number
  readonly perSecond: (atMs: number) => number
  /** A request that comes so many milliseconds after the start; undefined for none. */
  readonly request: (dice: Dice, atMs: number) => Step | undefined
}

export function playTraffic({ seed, minutes, perSecond, request }: Traffic): readonly Trace[] {
  const dice = createDice(seed)
  const traces: Trace[] = []
  for (let second = 0; second < minutes * 60; second += 1) {
    for (let left = dice.poisson(perSecond(second * SECOND_MS)); left > 0; left -= 1) {
      const atMs = (second + dice.share()) * SECOND_MS
      const step = request(dice, atMs)
      if (step !== undefined) traces.push(layOut(step, seed * 1e7 + traces.length + 1, START + atMs))
    }
  }
  return traces
}

/** Traffic of the shop, four requests a second, in a weather that changes with time. */
export function playShop(
  seed: number,
  minutes: number,
  weather: (minute: number) => Weather = () => ({}),
  perSecond = 4,
): readonly Trace[] {
  return playTraffic({
    seed,
    minutes,
    perSecond: () => perSecond,
    request: (dice, atMs) => shopRequest(dice, weather(atMs / MINUTE_MS)),
  })
}

export interface WatchOptions extends Partial<MeasureAnomaliesOptions> {
  readonly rule?: Partial<AnomalyRule> | undefined
  readonly fromMinute?: number | undefined
}

/** What was found at the end of each tick, up to a minute. */
export async function watchTraces(
  traces: readonly Trace[] | LocalTraces,
  untilMinute: number,
  { rule = {}, fromMinute = 0, ...options }: WatchOptions = {},
): Promise<readonly (Finding | undefined)[]> {
  const held = 'mark' in traces ? traces : holdByTick(traces, START)
  const measure = createMeasureAnomalies({
    traces: held,
    freshness: () => ({ lagMs: 0, known: true }),
    ...options,
  })
  const found: (Finding | undefined)[] = []
  for (
    let at = START + fromMinute * MINUTE_MS + TICK_MS;
    at <= START + untilMinute * MINUTE_MS;
    at += TICK_MS
  ) {
    const [measured] = await measure([createAnomalyRule(rule)], at, signal)
    if (measured === undefined || measured instanceof Error)
      throw new Error('nothing measured', { cause: measured })
    found.push(measured.samples[0]?.finding)
  }
  return found
}

/** What was told, each finding once as long as it goes on: `service signal` and the tick at which it began. */
export function toldOf(found: readonly (Finding | undefined)[]): readonly string[] {
  const told: string[] = []
  for (const [index, each] of found.entries()) {
    const before = found[index - 1]
    if (each === undefined || (before?.service === each.service && before.signal === each.signal)) continue
    told.push(`${each.service} ${each.signal} at ${index}: ${each.sentence}`)
  }
  return told
}
