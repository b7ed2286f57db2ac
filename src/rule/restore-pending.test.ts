import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PendingAlert } from '../model/alert-instance.js'
import { MINUTE_MS } from '../model/time.js'
import { GRACE_PERIOD_MS, OUTAGE_TOLERANCE_MS, restorePending } from './restore-pending.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const min = (minutes: number): number => minutes * MINUTE_MS

/** Pending from T0 on, and last seen after so many minutes. */
const pendingFor = (minutes: number): PendingAlert => ({
  state: 'pending',
  labels: new Map([['alertname', 'Slow']]),
  annotations: new Map(),
  value: 1,
  exemplars: [],
  activeAt: T0,
  seenAt: T0 + min(minutes),
})

describe('restorePending', () => {
  // All in minutes. An alert fires `for` after it is active.
  it.each<[string, number, number, number, number | undefined]>([
    ['waits on, the outage left out', 30, 5, 20, 20],
    ['waits on after a moment', 30, 5, 0, 0],
    ['waits for the grace period where less is left', 30, 25, 20, 25 + 20 + 10 - 30],
    ['waits on where just the grace period is left', 30, 20, 20, 20],
    ['fires at the next look where nothing is left', 30, 30, 20, 0],
    ['fires at the next look where for has become shorter', 15, 30, 20, 0],
    ['begins anew after an hour', 30, 5, 60, undefined],
    ['waits on after little less than an hour', 30, 5, 59, 59],
    ['begins anew where for is shorter than the grace period', 9, 5, 1, undefined],
    ['waits on where for is as long as the grace period', 10, 1, 1, 1 + 1 + 10 - 10],
  ])('%s', (_, forMin, seenAfter, outage, activeAfter) => {
    const at = T0 + min(seenAfter + outage)
    const restored = restorePending(pendingFor(seenAfter), at, { forMs: min(forMin) })
    expect(restored?.activeAt).toBe(activeAfter === undefined ? undefined : T0 + min(activeAfter))
  })

  it('takes a clock that was set back for no outage', () => {
    const restored = restorePending(pendingFor(5), T0 - min(10), { forMs: min(30) })
    expect(restored).toEqual(pendingFor(5))
  })

  it('changes nothing but since when the alert is active', () => {
    const restored = restorePending(pendingFor(5), T0 + min(10), { forMs: min(30) })
    expect(restored).toEqual({ ...pendingFor(5), activeAt: T0 + min(5) })
  })

  it('lets an alert wait for what was left, or for the grace period where that is longer', () => {
    const moments = fc.record({
      forMs: fc.nat(min(120)),
      pendingMs: fc.nat(min(120)),
      outageMs: fc.nat(min(90)),
    })
    fc.assert(
      fc.property(moments, ({ forMs, pendingMs, outageMs }) => {
        const at = T0 + pendingMs + outageMs
        const alert = { ...pendingFor(0), seenAt: T0 + pendingMs }
        const restored = restorePending(alert, at, { forMs })
        if (outageMs >= OUTAGE_TOLERANCE_MS || forMs < GRACE_PERIOD_MS) {
          expect(restored).toBeUndefined()
          return
        }
        const waitsMs = (restored?.activeAt ?? Number.NaN) + forMs - at
        if (pendingMs >= forMs) expect(waitsMs).toBeLessThanOrEqual(0)
        else expect(waitsMs).toBe(Math.max(forMs - pendingMs, GRACE_PERIOD_MS))
      }),
    )
  })
})
