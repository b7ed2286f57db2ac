import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchRule, metricRule } from '../../../test/build-rule.js'
import { MINUTE_MS, SECOND_MS } from '../../model/time.js'
import { ruleWindow, type LastWindow } from './rule-window.js'

const AT = 1_000_000 * MINUTE_MS
const match = matchRule('{ }', { windowMs: MINUTE_MS })
const metric = metricRule('{ } | rate() > 1', { windowMs: MINUTE_MS })

function lastOf(at: number, lagMs: number): LastWindow {
  return { window: ruleWindow(match, at, lagMs), at, lagMs }
}

describe('the window of a rule', () => {
  it('ends behind the lag, or further back where the rule wants it so, on a whole step', () => {
    const window = (queryOffsetMs: number, lagMs: number) =>
      ruleWindow({ ...match, queryOffsetMs }, AT + 15_500, lagMs)
    expect(window(0, 10_000)).toEqual({ start: AT - 60_000, end: AT })
    expect(window(15_000, 10_000)).toEqual({ start: AT - 60_000, end: AT })
  })

  it('begins where the last one ended, if the lag has become less', () => {
    const last = lastOf(AT, 40_000)
    expect(ruleWindow(match, AT + MINUTE_MS, 10_000, last).start).toBe(last.window.end)
    expect(ruleWindow(metric, AT + MINUTE_MS, 10_000, last).start).toBeGreaterThan(last.window.end)
  })

  it.each([match, metric])(
    'is the last one until time has caught up, if the lag has become more: %#',
    (rule) => {
      let last = { window: ruleWindow(rule, AT, 10_000), at: AT, lagMs: 10_000 }
      const ends = [15, 30, 45, 60, 75].map((seconds) => {
        const at = AT + seconds * SECOND_MS
        last = { window: ruleWindow(rule, at, 55_000, last), at, lagMs: 55_000 }
        expect(last.window.end - last.window.start).toBe(MINUTE_MS)
        return (last.window.end - AT) / SECOND_MS
      })
      expect(ends).toEqual([-15, -15, -15, 0, 15])
    },
  )

  it('goes back with a clock that was set back', () => {
    const at = AT - 10 * MINUTE_MS
    expect(ruleWindow(match, at, 0, lastOf(AT, 0))).toEqual({ start: at - MINUTE_MS, end: at })
  })

  it('does not make up for evaluations that were left out', () => {
    const last = lastOf(AT, 10_000)
    const window = ruleWindow(match, AT + 10 * MINUTE_MS, 10_000, last)
    expect(window.end - window.start).toBe(MINUTE_MS)
  })

  it('leaves nothing out between two evaluations, however the lag changes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(90_000), { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 1, max: MINUTE_MS }),
        fc.nat(SECOND_MS - 1),
        (lags, intervalMs, offsetMs) => {
          let last: LastWindow | undefined
          lags.forEach((lagMs, index) => {
            const at = AT + offsetMs + index * intervalMs
            const window = ruleWindow(match, at, lagMs, last)
            expect(window.end - window.start).toBeGreaterThanOrEqual(MINUTE_MS)
            if (last !== undefined) expect(window.start).toBeLessThanOrEqual(last.window.end)
            if (last !== undefined) expect(window.end).toBeGreaterThanOrEqual(last.window.end)
            last = { window, at, lagMs }
          })
        },
      ),
    )
  })
})
