import type { Timestamp } from './time.js'

/** What a receiver was last told of an AlertGroup: an entry of the notification log. */
export interface Notice {
  readonly groupKey: string
  readonly receiver: string
  readonly at: Timestamp
  /** The alerts that it said fire, as `toAlertId` tells alerts apart. */
  readonly firing: readonly string[]
  /** The alerts that it said have ended. */
  readonly resolved: readonly string[]
  /**
   * The alerts of which the receiver was once told that they fire, and not yet that they ended: it is owed their end. Not
   * the same as `firing`, in which those are not that were muted meanwhile.
   */
  readonly owed: readonly string[]
  /**
   * Of those owed, the ones that had been told to have ended and then fired again with the beginning that they had: when
   * their group had been told of last before that. Undefined where there are none.
   */
  readonly again?: ReadonlyMap<string, Timestamp> | undefined
  /** When it is forgotten. */
  readonly expiresAt: Timestamp
}

/** What was last told; undefined where nothing was, or it has expired. */
export type FindNotice = (groupKey: string, receiver: string, at: Timestamp) => Promise<Notice | undefined>
