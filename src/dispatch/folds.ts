import type { Timestamp } from '../model/time.js'
import type { AlertGroup } from './alert-group.js'

/** The groups that wait for room within the rate limit of their receiver. In memory only: what was not told is found again. */
export interface Folds {
  add(group: AlertGroup, at: Timestamp): void
  remove(group: AlertGroup): void
  /** Whether any group waits for a receiver. */
  isWaiting(receiver: string): boolean
  /** Takes out the groups of a receiver, the one that has waited longest first, and tells since when that is. */
  take(receiver: string): { readonly groups: readonly AlertGroup[]; readonly since: Timestamp } | undefined
  /**
   * Puts in the place of each group the one of the same key and receiver among these, which has waited as long; those that
   * have none wait no more. Gives back the receivers that groups wait for.
   */
  moveTo(groups: Iterable<AlertGroup>): readonly string[]
}

export function createFolds(): Folds {
  const byReceiver = new Map<string, Map<AlertGroup, Timestamp>>()

  function add(group: AlertGroup, at: Timestamp): void {
    const { receiver } = group.route
    const waiting = byReceiver.get(receiver) ?? new Map<AlertGroup, Timestamp>()
    if (!waiting.has(group)) waiting.set(group, at)
    byReceiver.set(receiver, waiting)
  }

  return {
    add,
    remove: (group) => {
      const waiting = byReceiver.get(group.route.receiver)
      waiting?.delete(group)
      if (waiting?.size === 0) byReceiver.delete(group.route.receiver)
    },
    isWaiting: (receiver) => byReceiver.has(receiver),
    take: (receiver) => {
      const waiting = byReceiver.get(receiver)
      byReceiver.delete(receiver)
      const [since] = waiting?.values() ?? []
      return waiting === undefined || since === undefined ? undefined : { groups: [...waiting.keys()], since }
    },
    moveTo: (groups) => {
      const before = [...byReceiver.values()].flatMap((waiting) => [...waiting])
      const byKey = new Map([...groups].map((group) => [toText(group), group]))
      byReceiver.clear()
      for (const [old, since] of before) {
        const group = byKey.get(toText(old))
        if (group !== undefined) add(group, since)
      }
      return [...byReceiver.keys()]
    },
  }
}

function toText({ key, route }: AlertGroup): string {
  return JSON.stringify([key, route.receiver])
}
