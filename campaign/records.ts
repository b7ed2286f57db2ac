/** An alert that begins or ends, as the daemon committed it. */
export interface Transition {
  /** Alertmanager's fingerprint of its labels. */
  readonly alert: string
  /** Unix milliseconds. */
  readonly startsAt: number
  readonly status: string
}

/** What the daemon had committed at a moment: a line of its journal. */
export interface Committed {
  readonly transitions: readonly Transition[]
  readonly messages: readonly { readonly target: string; readonly key: string }[]
}

/** A trace that was sent, and the type of anomaly that it must make. */
export interface Sent {
  readonly run: number
  readonly traceId: string
  readonly type: string
}

/** A request to the receiver: a line of its own record. */
export interface Told {
  /** As `/people`. */
  readonly path: string
  readonly key: string
  /** Whether the receiver took it, whatever it answered. */
  readonly processed: boolean
  readonly body: string
}

/** What happened to a daemon: a line of the campaign's record. */
export interface Killed {
  readonly run: number
  /** A named step, or `random`. */
  readonly at: string
  /** Whether the named step was reached; else it was killed when its time was up. */
  readonly reached: boolean
  readonly ms: number
}

export const isCommitted = (value: unknown): value is Committed => has(value, 'transitions')
export const isSent = (value: unknown): value is Sent => has(value, 'traceId')
export const isTold = (value: unknown): value is Told => has(value, 'processed')
export const isKilled = (value: unknown): value is Killed => has(value, 'reached')

function has(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && name in value
}
