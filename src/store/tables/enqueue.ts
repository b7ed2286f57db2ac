import type { OutgoingMessage } from '../../model/outbox.js'
import type { Timestamp } from '../../model/time.js'
import type { Core } from './core.js'
import type { Draft } from './draft.js'
import { charsOf } from './outbox-index.js'
import { toDeliveryKey } from './outbox-lines.js'

/** What the outbox can take of some messages. */
export interface Admission {
  readonly admitted: readonly OutgoingMessage[]
  /** Those that are there already, or twice among them. */
  readonly repeated: number
  /** Those for which there is no room. */
  readonly refused: number
}

export function admit({ outbox, limits }: Core, messages: readonly OutgoingMessage[]): Admission {
  const admitted = new Map<string, OutgoingMessage>()
  const size = outbox.size()
  let room = limits.outboxEntries - size.waiting - size.dead
  let charsLeft = limits.outboxChars - size.chars
  let refused = 0
  for (const message of messages) {
    const key = toDeliveryKey(message)
    if (admitted.has(key) || outbox.has(message)) continue
    if (room > 0 && charsOf(message) <= charsLeft) {
      admitted.set(key, message)
      room -= 1
      charsLeft -= charsOf(message)
    } else refused += 1
  }
  const repeated = messages.length - admitted.size - refused
  return { admitted: [...admitted.values()], repeated, refused }
}

/** Puts messages in that were admitted. */
export function enqueue(core: Core, draft: Draft, messages: readonly OutgoingMessage[], at: Timestamp): void {
  for (const message of messages) {
    const id = core.outbox.nextOrder()
    draft.put('outbox', {
      ...message,
      id,
      order: id,
      state: 'waiting',
      queuedAt: at,
      attempts: 0,
      attemptsBefore: 0,
      nextAttemptAt: at,
      heldSince: at,
      lastError: undefined,
      settledAt: undefined,
    })
  }
}
