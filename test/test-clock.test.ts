import { describe, expect, it } from 'vitest'
import { createTestClock } from './test-clock.js'

const never = new AbortController().signal

describe('createTestClock', () => {
  it('wakes sleepers in the order of their time, each at its own moment', async () => {
    const clock = createTestClock(1000)
    const woken: [name: string, at: number][] = []
    const sleep = async (name: string, at: number): Promise<void> => {
      await clock.sleepUntil(at, never)
      woken.push([name, clock.now()])
    }
    const all = [sleep('late', 1300), sleep('early', 1100), sleep('early too', 1100), sleep('beyond', 1501)]
    await clock.advance(500)
    expect(woken).toEqual([
      ['early', 1100],
      ['early too', 1100],
      ['late', 1300],
    ])
    expect(clock.now()).toBe(1500)
    expect(clock.sleeping).toBe(1)
    await clock.advance(1)
    await Promise.all(all)
    expect(clock.sleeping).toBe(0)
  })

  it('runs a loop that sleeps again and again', async () => {
    const clock = createTestClock(0)
    const ticks: number[] = []
    const stop = new AbortController()
    const loop = (async () => {
      for (;;) {
        await clock.sleepUntil(clock.now() + 30, stop.signal)
        ticks.push(clock.now())
      }
    })()
    await clock.advance(100)
    expect(ticks).toEqual([30, 60, 90])
    stop.abort(new Error('enough'))
    await expect(loop).rejects.toThrow('enough')
    expect(clock.sleeping).toBe(0)
  })

  it('resolves at once where the time has passed', async () => {
    const clock = createTestClock(1000)
    await clock.sleepUntil(1000, never)
    await clock.sleepUntil(3, never)
    expect(clock.now()).toBe(1000)
  })

  it("rejects with the signal's reason, before and while sleeping", async () => {
    const clock = createTestClock(0)
    await expect(clock.sleepUntil(5, AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
    const stop = new AbortController()
    const asleep = clock.sleepUntil(5, stop.signal)
    stop.abort(new Error('while'))
    await expect(asleep).rejects.toThrow('while')
    await clock.advance(10)
    expect(clock.now()).toBe(10)
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to advance by %d', async (ms) => {
    await expect(createTestClock().advance(ms)).rejects.toThrow(RangeError)
  })
})
