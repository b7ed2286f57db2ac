import type { LabelSet } from '../model/label-set.js'
import type { MuteReason } from '../model/muter.js'
import type { Timestamp } from '../model/time.js'

/** The stages that an AlertGroup passes when it is flushed. */
export const STAGE_NAMES = [
  'inhibit',
  'times',
  'maintenance',
  'silence',
  'dedup',
  'limit',
  'enqueue',
] as const
export type StageName = (typeof STAGE_NAMES)[number]

/** An alert that a stage has taken out, and why. */
export interface MutedAlert {
  readonly labels: LabelSet
  readonly reason: MuteReason
}

/** What a stage did, for people who ask why they were told, or not. */
export interface StepRecord {
  readonly stage: StageName
  readonly at: Timestamp
  /** In words. */
  readonly text: string
  /** The first of those that it took out. */
  readonly muted: readonly MutedAlert[]
  readonly mutedCount: number
}
