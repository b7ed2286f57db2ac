import type { OutboxEntry, Target } from '../../model/outbox.js'

/** The messages that are being delivered, and how many may be. */
export interface InFlight {
  readonly count: number
  /** How many more may begin, of all targets. */
  readonly free: number
  /** The targets that have no place left. */
  busy(): readonly Target[]
  /** The targets that have anything in flight. */
  targets(): readonly Target[]
  /** Whether there is a place, and nothing before it with the same target and group key. */
  mayBegin(entry: OutboxEntry): boolean
  /** Begins work, which must not reject. */
  begin(entry: OutboxEntry, work: () => Promise<void>): void
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>
}

export interface InFlightLimits {
  readonly maxInFlight: number
  readonly maxInFlightPerTarget: number
}

/** `changed` is told how many there are when one has ended. */
export function createInFlight(limits: InFlightLimits, changed: (count: number) => void): InFlight {
  const tasks = new Set<Promise<void>>()
  const perTarget = new Map<Target, Set<string>>()

  function end({ target, groupKey }: OutboxEntry, task: Promise<void>): void {
    const keys = perTarget.get(target)
    keys?.delete(groupKey)
    if (keys?.size === 0) perTarget.delete(target)
    tasks.delete(task)
    changed(tasks.size)
  }

  return {
    get count() {
      return tasks.size
    },
    get free() {
      return limits.maxInFlight - tasks.size
    },
    busy: () =>
      [...perTarget].flatMap(([target, keys]) => (keys.size >= limits.maxInFlightPerTarget ? [target] : [])),
    targets: () => [...perTarget.keys()],
    mayBegin: ({ target, groupKey }) => {
      const keys = perTarget.get(target)
      if (tasks.size >= limits.maxInFlight) return false
      return keys === undefined || (keys.size < limits.maxInFlightPerTarget && !keys.has(groupKey))
    },
    begin: (entry, work) => {
      const keys = perTarget.get(entry.target) ?? new Set()
      perTarget.set(entry.target, keys.add(entry.groupKey))
      const task: Promise<void> = work().finally(() => end(entry, task))
      tasks.add(task)
    },
    idle: async () => {
      while (tasks.size > 0) await Promise.all(tasks)
    },
  }
}
