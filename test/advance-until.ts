import { SECOND_MS } from '../src/model/time.js'
import type { TestClock } from './test-clock.js'

/** Moves the time on until the work is done. */
export async function advanceUntil<T>(clock: TestClock, work: Promise<T>): Promise<T> {
  const running = { isDone: false }
  const note = (): void => void (running.isDone = true)
  void work.then(note, note)
  while (!running.isDone) await clock.advance(SECOND_MS)
  return work
}
