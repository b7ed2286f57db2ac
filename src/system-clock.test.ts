import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSystemClock } from './system-clock.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const DAY_MS = 86_400_000

beforeEach(() => {
  vi.useFakeTimers({ now: T0 })
})

afterEach(() => {
  vi.useRealTimers()
})

/** A sleep, and whether and when it has ended. */
function sleep(ms: number, { keepAlive = true, controller = new AbortController() } = {}) {
  const { signal } = controller
  const outcome: { endedAfterMs: number | undefined; reason: unknown } = {
    endedAfterMs: undefined,
    reason: undefined,
  }
  createSystemClock({ keepAlive })
    .sleepUntil(T0 + ms, signal)
    .then(
      () => (outcome.endedAfterMs = Date.now() - T0),
      (reason: unknown) => (outcome.reason = reason),
    )
  const leftBehind = () => ({
    timers: vi.getTimerCount(),
    listeners: getEventListeners(signal, 'abort').length,
  })
  return { outcome, controller, leftBehind }
}

const NOTHING = { timers: 0, listeners: 0 }

describe('createSystemClock', () => {
  it("tells the machine's time", () => {
    const clock = createSystemClock({ keepAlive: true })
    expect(clock.now()).toBe(T0)
    vi.setSystemTime(T0 + 5)
    expect(clock.now()).toBe(T0 + 5)
  })

  it.each([
    ['a moment', 1],
    ['an interval', 30_000],
    ['longer than a timer of Node takes', 60 * DAY_MS],
  ])('sleeps for %s, to the millisecond, and leaves nothing behind', async (_, ms) => {
    const { outcome, leftBehind } = sleep(ms)
    await vi.advanceTimersByTimeAsync(ms - 1)
    expect(outcome.endedAfterMs).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(outcome.endedAfterMs).toBe(ms)
    expect(leftBehind()).toEqual(NOTHING)
  })

  it.each([0, -1, -30_000, Number.NEGATIVE_INFINITY])('does not sleep until %d ms from now', async (ms) => {
    const { outcome, leftBehind } = sleep(ms)
    await vi.advanceTimersByTimeAsync(0)
    expect(outcome.endedAfterMs).toBe(0)
    expect(leftBehind()).toEqual(NOTHING)
  })

  it('sleeps without end until it is aborted', async () => {
    const { outcome, controller, leftBehind } = sleep(Number.POSITIVE_INFINITY)
    await vi.advanceTimersByTimeAsync(100 * DAY_MS)
    expect(outcome).toEqual({ endedAfterMs: undefined, reason: undefined })
    controller.abort('enough')
    await vi.advanceTimersByTimeAsync(0)
    expect(outcome.reason).toBe('enough')
    expect(leftBehind()).toEqual(NOTHING)
  })

  it('rejects with the reason when it is aborted, and leaves nothing behind', async () => {
    const { outcome, controller, leftBehind } = sleep(30_000)
    await vi.advanceTimersByTimeAsync(10_000)
    controller.abort('enough')
    await vi.advanceTimersByTimeAsync(30_000)
    expect(outcome).toEqual({ endedAfterMs: undefined, reason: 'enough' })
    expect(leftBehind()).toEqual(NOTHING)
  })

  it.each([30_000, -30_000])('rejects at once where it was aborted before, %d ms from now', async (ms) => {
    const controller = new AbortController()
    controller.abort('enough')
    const { outcome, leftBehind } = sleep(ms, { controller })
    await vi.advanceTimersByTimeAsync(0)
    expect(outcome).toEqual({ endedAfterMs: undefined, reason: 'enough' })
    expect(leftBehind()).toEqual(NOTHING)
  })

  it('sleeps on where a timer fires early', async () => {
    const { outcome } = sleep(30_000)
    vi.setSystemTime(T0 - 5)
    await vi.advanceTimersByTimeAsync(30_004)
    expect(outcome.endedAfterMs).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(outcome.endedAfterMs).toBe(30_000)
  })

  it.each([
    ['a second', 1001],
    ['an hour', 3_600_000],
    ['a year', 365 * DAY_MS],
  ])('sleeps a second longer, and no more, where the clock is set back by %s', async (_, setBackMs) => {
    const { outcome, leftBehind } = sleep(30_000)
    await vi.advanceTimersByTimeAsync(10_000)
    vi.setSystemTime(T0 + 10_000 - setBackMs)
    await vi.advanceTimersByTimeAsync(20_999)
    expect(outcome.endedAfterMs).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(outcome.endedAfterMs).toBe(31_000 - setBackMs)
    expect(leftBehind()).toEqual(NOTHING)
  })

  it('wakes no later than it would have where the clock is set forward', async () => {
    const { outcome } = sleep(30_000)
    vi.setSystemTime(T0 + 3_600_000)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(outcome.endedAfterMs).toBe(3_630_000)
  })

  it.each([true, false])('keeps a process alive: %j', (keepAlive) => {
    const setTimer = vi.spyOn(globalThis, 'setTimeout')
    sleep(30_000, { keepAlive })
    expect(setTimer.mock.results.map(({ value }) => 'hasRef' in value && value.hasRef())).toEqual([keepAlive])
  })
})
