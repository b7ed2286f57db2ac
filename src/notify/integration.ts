import type { Target } from '../model/outbox.js'
import type { NotifierKind } from './kinds.js'
import type { Notifier } from './notifier.js'

/** One integration of a receiver. */
export interface Integration {
  /** As `oncall/slack[0]`. */
  readonly target: Target
  readonly receiver: string
  readonly kind: NotifierKind
  /** Its place among those of its kind. */
  readonly index: number
  readonly notifier: Notifier
  /** A digest of where it leads. */
  readonly address: string
}
