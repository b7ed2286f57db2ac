import type { LabelSet } from '../model/label-set.js'
import type { Route } from '../model/route.js'
import { createAlertGroup, type AlertGroup, type HeldAlert } from './alert-group.js'
import { toGroupKey, toGroupLabels } from './group-labels.js'

/** The groups that there are, by their keys. */
export interface GroupBook {
  /**
   * The group of a route that an alert with these labels belongs to; a new one where there is none. An alert stays in the
   * groups `before` in which it was, or it would be told twice.
   */
  groupFor(route: Route, labels: LabelSet, before: Iterable<AlertGroup>): AlertGroup
  /** The group that there is already. */
  find(route: Route, labels: LabelSet): AlertGroup | undefined
  /** Keeps a group of another plan for an alert that leaves it; undefined where there are too many groups. */
  keepFor(group: AlertGroup, leaving: HeldAlert): AlertGroup | undefined
  remove(group: AlertGroup): void
  values(): Iterable<AlertGroup>
  readonly size: number
}

const NO_LABELS: LabelSet = new Map()

/**
 * Where there are as many groups as there may be, alerts of a route that would make another come together in one, so that
 * none is lost; `onOverflow` is told.
 */
export function createGroupBook(most: number, onOverflow: () => void): GroupBook {
  const groups = new Map<string, AlertGroup>()

  function open(key: string, route: Route, labels: LabelSet): AlertGroup {
    const bookKey = toBookKey(key, route)
    const group = groups.get(bookKey) ?? createAlertGroup(key, route, labels)
    // It may have been kept from another plan.
    group.route = route
    groups.set(bookKey, group)
    return group
  }

  return {
    groupFor: (route, labels, before) => {
      const groupLabels = toGroupLabels(labels, route.groupBy)
      const key = toGroupKey(route, groupLabels)
      const overflowKey = `${route.key}:overflow`
      const known = findKey(before, [key, overflowKey])
      if (known === overflowKey) return open(overflowKey, route, NO_LABELS)
      if (known === key || groups.has(toBookKey(key, route)) || groups.size < most)
        return open(key, route, groupLabels)
      onOverflow()
      return open(overflowKey, route, NO_LABELS)
    },
    find: (route, labels) =>
      groups.get(toBookKey(toGroupKey(route, toGroupLabels(labels, route.groupBy)), route)),
    keepFor: ({ key, route, labels }, leaving) => {
      const known = groups.get(toBookKey(key, route))
      if (known === undefined && groups.size >= most) return undefined
      const group = known ?? open(key, route, labels)
      group.alerts.set(leaving.fingerprint, leaving)
      group.leaving.add(leaving.fingerprint)
      return group
    },
    remove: (group) => {
      const bookKey = toBookKey(group.key, group.route)
      if (groups.get(bookKey) === group) groups.delete(bookKey)
    },
    values: () => groups.values(),
    get size() {
      return groups.size
    },
  }
}

/** Another plan may lead a route to another receiver: that is another group. */
function toBookKey(key: string, { receiver }: Route): string {
  return JSON.stringify([key, receiver])
}

/** The key of the first group that has one of these. */
function findKey(groups: Iterable<AlertGroup>, keys: readonly string[]): string | undefined {
  for (const { key } of groups) if (keys.includes(key)) return key
  return undefined
}
