import type { LabelSet } from './label-set.js'
import type { Timestamp } from './time.js'

/** Why nobody is told of something now. */
export type MuteReason =
  | {
      readonly kind: 'silence'
      readonly id: string
      readonly endsAt: Timestamp
      readonly createdBy: string
      readonly comment: string
    }
  | {
      readonly kind: 'inhibition'
      /** The alert that fires in its stead. */
      readonly source: LabelSet
      /** Which of the rules, from 0. */
      readonly rule: number
    }
  | {
      readonly kind: 'maintenance'
      readonly name: string
      /** When it is over; undefined where that is not known. */
      readonly endsAt: Timestamp | undefined
      readonly comment: string
    }
  /** The time interval of the route is now. */
  | { readonly kind: 'mute-time'; readonly name: string }
  /** None of the time intervals of the route is now. */
  | { readonly kind: 'outside-active-time'; readonly names: readonly string[] }

/** Tells whether nobody is to be told of what has these labels, and why. */
export type Muter = (labels: LabelSet, at: Timestamp) => MuteReason | undefined
