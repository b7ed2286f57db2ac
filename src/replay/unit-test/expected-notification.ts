import type { LabelSet } from '../../model/label-set.js'

/** An alert that a notification is expected to tell of. */
export interface ExpectedToldAlert {
  /** With `alertname`. */
  readonly labels: LabelSet
  readonly status: 'firing' | 'resolved'
}

/** A notification that is expected to be told. What is undefined is not looked at. */
export interface ExpectedNotification {
  readonly groupLabels: LabelSet | undefined
  /** `resolved` where no alert of it fires any more. */
  readonly status: 'firing' | 'resolved' | undefined
  /** When it is told, in milliseconds after the start. */
  readonly sentAtMs: number | undefined
  readonly alerts: readonly ExpectedToldAlert[] | undefined
  /** The integrations whose messages are looked at, as `slack` or `slack[0]`; all where undefined. */
  readonly integration: string | undefined
  /** Texts that stand in each of the messages. */
  readonly contains: readonly string[]
  /** What each of the messages is: a text, or what its JSON holds. */
  readonly body: unknown
}

/** What one receiver is expected to be told, since it was last looked at. */
export interface ExpectedTelling {
  /** After the start, in milliseconds. */
  readonly atMs: number
  readonly receiver: string
  readonly notifications: readonly ExpectedNotification[]
}
