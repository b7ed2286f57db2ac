import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../../test/test-clock.js'
import { DeadlineExceeded, withDeadline } from './deadline.js'

function setUp() {
  const clock = createTestClock()
  const controller = new AbortController()
  const leftBehind = () => ({
    sleepers: clock.sleeping,
    listeners: getEventListeners(controller.signal, 'abort').length,
  })
  return { clock, controller, signal: controller.signal, leftBehind }
}

const NOTHING = { sleepers: 0, listeners: 0 }

/** Work that takes until its signal aborts. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** What a promise rejects with. */
const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'nothing',
    (error: unknown) => error,
  )

describe('withDeadline', () => {
  it('gives what the work gives, and leaves nothing behind', async () => {
    const { clock, signal, leftBehind } = setUp()
    expect(await withDeadline(clock, 100, signal, async () => 42)).toBe(42)
    expect(leftBehind()).toEqual(NOTHING)
  })

  it('lets work that is just in time be done', async () => {
    const { clock, signal, leftBehind } = setUp()
    const done = withDeadline(clock, 100, signal, async (bounded) => {
      await clock.sleepUntil(clock.now() + 99, bounded)
      return 'done'
    })
    await clock.advance(100)
    expect(await done).toBe('done')
    expect(leftBehind()).toEqual(NOTHING)
  })

  it.each([0, 1, 100, 600_000])('ends work after %d ms on the clock', async (timeoutMs) => {
    const { clock, signal, leftBehind } = setUp()
    let ended = false
    const reason = reasonOf(withDeadline(clock, timeoutMs, signal, untilAborted)).finally(
      () => (ended = true),
    )
    if (timeoutMs > 0) {
      await clock.advance(timeoutMs - 1)
      expect(ended).toBe(false)
    }
    await clock.advance(1)
    expect(await reason).toMatchObject({
      name: 'DeadlineExceeded',
      timeoutMs,
      message: `not done within ${timeoutMs} ms`,
    })
    expect(leftBehind()).toEqual(NOTHING)
  })

  it.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['rejects', async () => Promise.reject(new TypeError('broken'))],
    [
      'throws before it begins',
      () => {
        throw new TypeError('broken')
      },
    ],
  ])('passes on the error of work that %s', async (_, work) => {
    const { clock, signal, leftBehind } = setUp()
    expect(await reasonOf(withDeadline(clock, 100, signal, work))).toEqual(new TypeError('broken'))
    expect(leftBehind()).toEqual(NOTHING)
  })

  it("ends work when the caller's signal aborts, with its reason", async () => {
    const { clock, controller, signal, leftBehind } = setUp()
    const reason = reasonOf(withDeadline(clock, 100, signal, untilAborted))
    controller.abort('enough')
    expect(await reason).toBe('enough')
    expect(leftBehind()).toEqual(NOTHING)
  })

  it('does not begin work for a signal that has aborted', async () => {
    const { clock, controller, signal, leftBehind } = setUp()
    controller.abort('enough')
    let begun = false
    const reason = reasonOf(withDeadline(clock, 100, signal, async () => (begun = true)))
    expect([await reason, begun]).toEqual(['enough', false])
    expect(leftBehind()).toEqual(NOTHING)
  })

  it('tells what still runs when the work is done that nobody waits for it', async () => {
    const { clock, signal } = setUp()
    let given: AbortSignal | undefined
    await withDeadline(clock, 100, signal, async (bounded) => (given = bounded))
    expect(given?.aborted).toBe(true)
    expect(signal.aborted).toBe(false)
  })

  it('lets the inner of two deadlines end first, and tells them apart', async () => {
    const { clock, signal, leftBehind } = setUp()
    const outcome = withDeadline(clock, 100, signal, async (outer) => {
      const inner = await reasonOf(withDeadline(clock, 10, outer, untilAborted))
      return [inner, outer.aborted]
    })
    await clock.advance(100)
    expect(await outcome).toEqual([new DeadlineExceeded(10), false])
    expect(leftBehind()).toEqual(NOTHING)
  })
})
