import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../model/clock.js'
import { createTestClock } from '../../test/test-clock.js'
import { createTimetable } from './timetable.js'

function setUp() {
  const clock = createTestClock(0)
  const done: (readonly [number, string])[] = []
  const timetable = createTimetable<string>(clock, async (key) => void done.push([clock.now(), key]))
  const stopping = new AbortController()
  const running = timetable.run(stopping.signal).catch(() => {})
  const stop = async (): Promise<void> => {
    stopping.abort()
    await running
  }
  return { clock, done, timetable, stop }
}

describe('a timetable', () => {
  it('does things at their time, those of one time in the order in which they were set', async () => {
    const { clock, done, timetable, stop } = setUp()
    timetable.set('b', 20)
    timetable.set('a', 10)
    timetable.set('c', 20)
    await clock.advance(10)
    timetable.set('a', 15)
    await clock.advance(0)
    expect(clock.sleeping).toBe(1)
    await clock.advance(100)
    expect(done).toEqual([
      [10, 'a'],
      [15, 'a'],
      [20, 'b'],
      [20, 'c'],
    ])
    await stop()
    expect(clock.sleeping).toBe(0)
  })

  it('does as a naive one does', async () => {
    const change = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      inMs: fc.option(fc.nat(20), { nil: undefined }),
      advance: fc.nat(6),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 30 }), async (changes) => {
        const { clock, done, timetable, stop } = setUp()
        const naive = new Map<string, number>()
        const expected: string[] = []
        for (const { key, inMs, advance } of changes) {
          naive.delete(key)
          if (inMs === undefined) timetable.remove(key)
          else {
            timetable.set(key, clock.now() + inMs)
            naive.set(key, clock.now() + inMs)
          }
          await clock.advance(advance)
          const due = [...naive].filter(([, at]) => at <= clock.now()).toSorted(([, a], [, b]) => a - b)
          for (const [each, at] of due) {
            expected.push(`${each}@${at}`)
            naive.delete(each)
          }
        }
        expect(done.map(([at, key]) => `${key}@${at}`)).toEqual(expected)
        await stop()
      }),
      { numRuns: 300 },
    )
  })

  it('lets nothing wait for longer where the clock is set back', async () => {
    const clock = createTestClock(1_000_000)
    let setBackMs = 0
    const done: string[] = []
    const shifted: Clock = {
      now: () => clock.now() - setBackMs,
      // The machine's clock wakes after the time that it was asked for, however it is set meanwhile.
      sleepUntil: (at, signal) => clock.sleepUntil(at + setBackMs, signal),
    }
    const timetable = createTimetable<string>(shifted, async (key) => void done.push(key))
    const stopping = new AbortController()
    const running = timetable.run(stopping.signal).catch(() => {})
    timetable.set('first', 1_000_010)
    timetable.set('second', 1_000_020)
    await clock.advance(5)
    setBackMs = 1000
    await clock.advance(5)
    expect(done).toEqual(['first'])
    expect(timetable.get('second')).toBe(1_000_020 - 1000)
    stopping.abort()
    await running
  })
})
