import { describe, expect, it } from 'vitest'
import { createVirtualClock } from './virtual-clock.js'

const { signal } = new AbortController()

describe('a virtual clock', () => {
  it('wakes sleepers in their order, also those that begin to sleep on the way', async () => {
    const clock = createVirtualClock(1000)
    const woken: string[] = []
    const sleep = async (name: string, at: number): Promise<void> => {
      await clock.sleepUntil(at, signal)
      woken.push(`${name} ${clock.now()}`)
    }
    void sleep('late', 1800)
    void sleep('early', 1200).then(() => sleep('again', 1500))
    await clock.moveTo(2000)
    expect(woken).toEqual(['early 1200', 'again 1500', 'late 1800'])
    expect(clock.now()).toBe(2000)
  })

  it('leaves those of the very moment for after it, unless they are asked for', async () => {
    const clock = createVirtualClock(0)
    let woken = 0
    void clock.sleepUntil(5, signal).then(() => (woken += 1))
    await clock.moveTo(5)
    expect(woken).toBe(0)
    await clock.moveTo(5, true)
    expect(woken).toBe(1)
  })

  it('never goes back, and rejects who is aborted', async () => {
    const clock = createVirtualClock(10)
    await clock.moveTo(5)
    expect(clock.now()).toBe(10)
    const stopping = new AbortController()
    const slept = clock.sleepUntil(20, stopping.signal)
    stopping.abort(new Error('stopped'))
    await expect(slept).rejects.toThrow('stopped')
    await expect(clock.sleepUntil(20, stopping.signal)).rejects.toThrow('stopped')
  })
})
