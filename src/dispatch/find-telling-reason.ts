import type { AlertId } from '../model/alert-id.js'
import type { Notice } from '../model/notice.js'
import type { Timestamp } from '../model/time.js'

/** Why a receiver is told of a group. */
export type TellingReason = 'new' | 'more fire' | 'all have ended' | 'some have ended' | 'repeat'

export interface GroupState {
  readonly at: Timestamp
  /** What the receiver was told last. */
  readonly notice: Notice | undefined
  readonly owed: ReadonlySet<AlertId>
  readonly firing: readonly AlertId[]
  readonly resolved: readonly AlertId[]
  /** Whether the receiver wants to hear of ends while others fire. */
  readonly sendResolved: boolean
  readonly repeatIntervalMs: number
}

/**
 * Why a receiver is to be told, as Alertmanager decides it; undefined where it knows all there is. Nobody is told of an
 * alert that began and ended between two looks at the group, unless there is something to tell of others: to hear only
 * that something has ended, of which one never heard, helps nobody.
 */
export function findTellingReason(state: GroupState): TellingReason | undefined {
  const { notice, firing, resolved, owed, sendResolved } = state
  if (notice === undefined) return firing.length > 0 ? 'new' : undefined
  const told = new Set(notice.firing)
  if (firing.some((id) => !told.has(id))) return notice.firing.length === 0 ? 'new' : 'more fire'
  // Also those who do not want to hear of ends: the log must forget what fired.
  if (firing.length === 0) {
    return notice.firing.length > 0 || resolved.some((id) => owed.has(id)) ? 'all have ended' : undefined
  }
  const toldResolved = new Set(notice.resolved)
  if (sendResolved && resolved.some((id) => !toldResolved.has(id))) return 'some have ended'
  return state.at - notice.at >= state.repeatIntervalMs ? 'repeat' : undefined
}
