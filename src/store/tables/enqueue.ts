import type { OutgoingMessage, Target } from '../../model/outbox.js'
import type { Timestamp } from '../../model/time.js'
import type { Core } from './core.js'
import type { Draft } from './draft.js'
import { charsOf, type Held } from './outbox-index.js'
import { toDeliveryKey } from './outbox-lines.js'
import { KEY_OF, type OutboxRow } from './tables.js'

/** What the outbox can take of some messages. */
export interface Admission {
  readonly admitted: readonly OutgoingMessage[]
  /** Those that are there already, or twice among them. */
  readonly repeated: number
  /** Those for which there is no room. */
  readonly refused: readonly OutgoingMessage[]
  /** Dead entries that must go to make room. */
  readonly displaced: readonly OutboxRow[]
  /** Entries that wait, in whose place newer ones come that say the same. */
  readonly replaced: readonly OutboxRow[]
}

/**
 * Finds room for messages: the oldest dead entries give way, and a target is refused what would give it more than it
 * leaves free to all. So one that takes nothing has half of the outbox at most, and two of them a third each.
 */
export function admit(core: Core, messages: readonly OutgoingMessage[]): Admission {
  const { outbox } = core
  const room = createRoom(core)
  const admitted = new Map<string, OutgoingMessage>()
  const refused: OutgoingMessage[] = []
  const replaced: OutboxRow[] = []
  for (const message of messages) {
    const key = toDeliveryKey(message)
    if (admitted.has(key) || outbox.has(message)) continue
    const same = findSame(core, message)
    if (room.take(message, same)) {
      admitted.set(key, message)
      if (same !== undefined) replaced.push(same)
    } else refused.push(message)
  }
  const repeated = messages.length - admitted.size - refused.length
  return { admitted: [...admitted.values()], repeated, refused, replaced, displaced: room.displaced }
}

/** The last that waits in the line of a message, where it says the same. */
function findSame({ outbox }: Core, message: OutgoingMessage): OutboxRow | undefined {
  if (message.says === undefined) return undefined
  const last = outbox.lines.last(message)
  return last?.says === message.says ? last : undefined
}

interface Room {
  /** Takes room for a message, and gives back that of the one in whose place it comes. Answers whether there was any. */
  take(message: OutgoingMessage, replaced: OutboxRow | undefined): boolean
  readonly displaced: readonly OutboxRow[]
}

function createRoom({ outbox, limits }: Core): Room {
  const size = outbox.size()
  const [waiting, all] = [{ ...outbox.waiting() }, { entries: size.waiting + size.dead, chars: size.chars }]
  const ofTargets = new Map<Target, Held>()
  let oldestDead: Iterator<OutboxRow, undefined> | undefined
  const displaced: OutboxRow[] = []

  /** Without the dead there is room for what is not refused. */
  function makeRoom(entries: number, chars: number): void {
    while (all.entries + entries > limits.outboxEntries || all.chars + chars > limits.outboxChars) {
      oldestDead ??= outbox.dead().values()
      const row = oldestDead.next().value
      if (row === undefined) return
      displaced.push(row)
      add(all, -1, -charsOf(row))
    }
  }

  return {
    displaced,
    take(message, replaced) {
      const entries = replaced === undefined ? 1 : 0
      const chars = charsOf(message) - (replaced === undefined ? 0 : charsOf(replaced))
      const own = ofTargets.get(message.target) ?? { ...outbox.waitingFor(message.target) }
      const isFull =
        own.entries + waiting.entries + entries > limits.outboxEntries ||
        own.chars + waiting.chars + chars > limits.outboxChars
      if (isFull) return false
      makeRoom(entries, chars)
      for (const held of [own, waiting, all]) add(held, entries, chars)
      ofTargets.set(message.target, own)
      return true
    },
  }
}

function add(held: Held, entries: number, chars: number): void {
  held.entries += entries
  held.chars += chars
}

/** Puts messages in that were admitted, and lets those go that made room. */
export function enqueue(
  core: Core,
  draft: Draft,
  { admitted, displaced, replaced }: Admission,
  at: Timestamp,
): void {
  for (const row of [...displaced, ...replaced]) draft.remove('outbox', KEY_OF.outbox(row))
  for (const message of admitted) {
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
