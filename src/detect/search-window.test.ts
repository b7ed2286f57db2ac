import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSearchWindows } from './search-window.js'

const LOOKBACK = 60_000
const LATENESS = 120_000
const LAG = 40_000
const AT = 1_000_000_000_000

const windows = () => createSearchWindows({ lookbackMs: LOOKBACK, latenessMs: LATENESS })

describe('the search windows', () => {
  it('begin with the lookback and the lateness', () => {
    expect(windows().next(AT, LAG)).toEqual({
      window: { start: AT - LOOKBACK - LATENESS, end: AT },
      dueSince: AT - LOOKBACK - LATENESS,
      uncoveredMs: 0,
    })
  })

  it('look one lookback further from the second on, where only what is late can be new', () => {
    const search = windows()
    search.searched(AT)
    const { window, dueSince } = search.next(AT + 30_000, LAG)
    expect(dueSince).toBe(AT + 30_000 - LOOKBACK - LATENESS)
    expect(window.start).toBe(dueSince - LOOKBACK)
  })

  it('never end up inside the lag, however short the lookback and the lateness are', () => {
    const short = createSearchWindows({ lookbackMs: 1000, latenessMs: 0 })
    const { window } = short.next(AT, LAG)
    expect(window.start).toBeLessThan(AT - LAG)
  })

  it('reach back to the last search that was good', () => {
    const search = windows()
    search.searched(AT)
    expect(search.next(AT + 600_000, LAG).dueSince).toBe(AT - LATENESS)
  })

  it('reach back an hour at most, and say what was left out', () => {
    const search = windows()
    search.searched(AT)
    const hours = 3 * 3_600_000
    const { window, dueSince, uncoveredMs } = search.next(AT + hours, LAG)
    expect(window.start).toBe(AT + hours - 3_600_000 - LOOKBACK - LATENESS)
    expect(dueSince).toBe(window.start)
    expect(uncoveredMs).toBe(window.start - (AT - LATENESS))
  })

  it('hold every trace that became visible within the lateness, whichever checks fail', () => {
    const checks = fc.array(
      fc.record({ gapMs: fc.integer({ min: 1000, max: 120_000 }), good: fc.boolean() }),
      { minLength: 1, maxLength: 20 },
    )
    const trace = fc.record({
      endedMs: fc.integer({ min: 0, max: 600_000 }),
      visibleAfterMs: fc.integer({ min: 0, max: LATENESS }),
    })
    fc.assert(
      fc.property(checks, trace, (each, { endedMs, visibleAfterMs }) => {
        const search = windows()
        const ended = AT + endedMs
        let at = AT
        let found = false
        let checkedSinceVisible = false
        for (const { gapMs, good } of each) {
          const { window } = search.next(at, LAG)
          if (good && at >= ended + visibleAfterMs) {
            checkedSinceVisible = true
            found ||= window.start <= ended
          }
          if (good) search.searched(at)
          at += gapMs
        }
        expect(found).toBe(checkedSinceVisible)
      }),
    )
  })
})
