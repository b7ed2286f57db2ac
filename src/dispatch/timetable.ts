import type { Clock } from '../model/clock.js'
import type { Timestamp } from '../model/time.js'

/** Does things at their time, with one timer for all of them. */
export interface Timetable<Key> {
  /** Sets or moves the time of a thing. */
  set(key: Key, at: Timestamp): void
  /** When a thing is to be done; undefined where it is not. */
  get(key: Key): Timestamp | undefined
  remove(key: Key): void
  clear(): void
  /** Runs until aborted. */
  run(signal: AbortSignal): Promise<void>
}

interface Entry<Key> {
  readonly key: Key
  readonly at: Timestamp
  readonly order: number
}

/** `act` is told of every thing at its time, which is then forgotten. A promise that it gives back is waited for. */
export function createTimetable<Key>(
  clock: Clock,
  act: (key: Key) => Promise<void> | undefined,
): Timetable<Key> {
  const entries = new Map<Key, Entry<Key>>()
  let heap: Entry<Key>[] = []
  let order = 0
  let wake = (): void => {}

  function set(key: Key, at: Timestamp): void {
    const entry = { key, at, order: (order += 1) }
    entries.set(key, entry)
    push(heap, entry)
    if (heap[0] === entry) wake()
  }

  /** The next thing; what was moved or removed meanwhile is thrown away. */
  function peek(): Entry<Key> | undefined {
    for (let first = heap[0]; first !== undefined; first = heap[0]) {
      if (entries.get(first.key) === first) return first
      pop(heap)
    }
    return undefined
  }

  /** Sleeps until a time, or until there is something earlier. Resolves with whether the time has come. */
  async function sleep(at: Timestamp | undefined, signal: AbortSignal): Promise<boolean> {
    const woken = new AbortController()
    const stop = (): void => woken.abort(signal.reason)
    wake = () => woken.abort()
    signal.addEventListener('abort', stop, { once: true })
    try {
      await (at === undefined ? untilAborted(woken.signal) : clock.sleepUntil(at, woken.signal))
      return true
    } catch {
      signal.throwIfAborted()
      return false
    } finally {
      signal.removeEventListener('abort', stop)
      wake = () => {}
    }
  }

  /** The machine's clock was set back by so much: what waits would else wait for longer. */
  function moveBack(byMs: number): void {
    const moved = [...entries.values()]
    entries.clear()
    heap = []
    for (const { key, at } of moved) set(key, at - byMs)
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = peek()
      if (!(await sleep(next?.at, signal)) || next === undefined) continue
      const late = clock.now() - next.at
      if (late < 0) moveBack(-late)
      for (let due = peek(); due !== undefined && due.at <= clock.now(); due = peek()) {
        pop(heap)
        entries.delete(due.key)
        await act(due.key)
        signal.throwIfAborted()
      }
    }
  }

  return {
    set,
    get: (key) => entries.get(key)?.at,
    remove: (key) => void entries.delete(key),
    clear: () => {
      entries.clear()
      heap = []
    },
    run,
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function isBefore<Key>(a: Entry<Key>, b: Entry<Key>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function push<Key>(heap: Entry<Key>[], entry: Entry<Key>): void {
  let at = heap.length
  heap.push(entry)
  while (at > 0) {
    const above = (at - 1) >> 1
    const parent = heap[above]
    if (parent === undefined || !isBefore(entry, parent)) break
    heap[at] = parent
    at = above
  }
  heap[at] = entry
}

function pop<Key>(heap: Entry<Key>[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let at = 0
  for (let child = smallerChild(heap, at); child !== undefined; child = smallerChild(heap, at)) {
    const entry = heap[child]
    if (entry === undefined || !isBefore(entry, last)) break
    heap[at] = entry
    at = child
  }
  heap[at] = last
}

function smallerChild<Key>(heap: readonly Entry<Key>[], at: number): number | undefined {
  const [left, right] = [heap[at * 2 + 1], heap[at * 2 + 2]]
  if (left === undefined) return undefined
  return right !== undefined && isBefore(right, left) ? at * 2 + 2 : at * 2 + 1
}
