import type { Alert } from '../model/alert.js'
import type { AlertGroup, HeldAlert } from './alert-group.js'
import type { Release } from './enqueue-stage.js'
import type { Telling, TellingAlert } from './telling.js'

/**
 * Lets go of what has ended. It is done before the flush is kept, as of several groups that tell of an alert at the same time
 * the last one must say that everybody has been told.
 */
export function releaseAlerts(tellings: readonly Telling[]): Release {
  const released: (readonly [HeldAlert, AlertGroup])[] = []
  const ended: Alert[] = []
  for (const telling of tellings) {
    for (const each of telling.all) {
      if (!isOver(each) || !each.held.groups.delete(telling.group)) continue
      released.push([each.held, telling.group])
      if (each.held.groups.size === 0) ended.push(each.alert)
    }
  }
  return {
    ended,
    undo: () => {
      for (const [held, group] of released) {
        if (group.alerts.get(held.fingerprint) === held) held.groups.add(group)
      }
    },
  }
}

/** Takes what was let go out of the group. */
export function dropReleased({ all, group }: Telling): void {
  for (const each of all) {
    if (!isOver(each) || each.held.groups.has(group)) continue
    group.alerts.delete(each.held.fingerprint)
    group.leaving.delete(each.held.fingerprint)
  }
}

/** Whether it has ended, and has not changed since the flush began. */
function isOver({ held, given, alert }: TellingAlert): boolean {
  return alert.status === 'resolved' && held.alert === given
}
