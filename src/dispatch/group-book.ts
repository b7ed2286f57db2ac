import type { LabelSet } from '../model/label-set.js'
import type { Route } from '../model/route.js'
import { createAlertGroup, type AlertGroup } from './alert-group.js'
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
    const group = groups.get(key) ?? createAlertGroup(key, route, labels)
    groups.set(key, group)
    return group
  }

  return {
    groupFor: (route, labels, before) => {
      const groupLabels = toGroupLabels(labels, route.groupBy)
      const key = toGroupKey(route, groupLabels)
      const overflowKey = `${route.key}:overflow`
      const known = findKey(before, [key, overflowKey])
      if (known === overflowKey) return open(overflowKey, route, NO_LABELS)
      if (known === key || groups.has(key) || groups.size < most) return open(key, route, groupLabels)
      onOverflow()
      return open(overflowKey, route, NO_LABELS)
    },
    find: (route, labels) => groups.get(toGroupKey(route, toGroupLabels(labels, route.groupBy))),
    remove: (group) => {
      if (groups.get(group.key) === group) groups.delete(group.key)
    },
    values: () => groups.values(),
    get size() {
      return groups.size
    },
  }
}

/** The key of the first group that has one of these. */
function findKey(groups: Iterable<AlertGroup>, keys: readonly string[]): string | undefined {
  for (const { key } of groups) if (keys.includes(key)) return key
  return undefined
}
