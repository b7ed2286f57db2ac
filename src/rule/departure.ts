import type { OutgoingMessage } from '../model/outbox.js'
import type { ToldTrace } from '../store/rule-store.js'

/** What leaves because of an evaluation past its alerts: anomalies. It is committed with it. */
export interface Departure {
  readonly told: readonly ToldTrace[]
  readonly outbox: readonly OutgoingMessage[]
  /** To be called once it is committed. */
  readonly committed: () => void
  /** To be called where it could not be committed: it has not happened, and is found again. */
  readonly undone: () => void
}
