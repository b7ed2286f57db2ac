import type { OutgoingMessage, Target } from '../../model/outbox.js'
import type { OutboxState, OutboxSize } from '../outbox-store.js'
import { createOutboxLines, toDeliveryKey, type OutboxLines } from './outbox-lines.js'
import type { OutboxRow } from './tables.js'

/** How much is held, in entries and the characters of their messages. */
export interface Held {
  entries: number
  chars: number
}

/** What must be known of the outbox without looking at all of it. */
export interface OutboxIndex {
  readonly lines: OutboxLines
  /** To be told of each change before it is in the table. */
  change(key: string, row: OutboxRow | undefined): void
  has(message: OutgoingMessage): boolean
  size(): OutboxSize
  /** How much waits for all targets. */
  waiting(): Readonly<Held>
  waitingFor(target: Target): Readonly<Held>
  /** Those that are dead, the oldest first. */
  dead(): readonly OutboxRow[]
  /** The next id, and the next place in the order; each is given once. */
  nextOrder(): number
  /** Whether no entry was given a later id or place. */
  isNewest(row: OutboxRow): boolean
}

export function createOutboxIndex(rows: ReadonlyMap<string, OutboxRow>): OutboxIndex {
  const lines = createOutboxLines()
  const keys = new Set<string>()
  const counts: Record<OutboxState, number> = { waiting: 0, delivered: 0, dead: 0 }
  const waiting: Held = { entries: 0, chars: 0 }
  const waitingFor = new Map<Target, Held>()
  const dead = new Map<number, OutboxRow>()
  let chars = 0
  let order = 0

  function note(before: OutboxRow | undefined, after: OutboxRow | undefined): void {
    lines.change(before, after)
    if (before !== undefined) count(before, -1)
    if (after !== undefined) count(after, 1)
    if (before !== undefined && after === undefined) keys.delete(toDeliveryKey(before))
    if (after !== undefined) keys.add(toDeliveryKey(after))
    order = Math.max(order, after?.order ?? 0, after?.id ?? 0)
  }

  function count(row: OutboxRow, by: 1 | -1): void {
    const charsBy = by * charsOf(row)
    counts[row.state] += by
    chars += charsBy
    if (row.state === 'waiting') countWaiting(row.target, by, charsBy)
    if (row.state !== 'dead') return
    if (by === 1) dead.set(row.id, row)
    else dead.delete(row.id)
  }

  function countWaiting(target: Target, entries: number, charsBy: number): void {
    const own = waitingFor.get(target) ?? { entries: 0, chars: 0 }
    for (const held of [own, waiting]) {
      held.entries += entries
      held.chars += charsBy
    }
    if (own.entries === 0) waitingFor.delete(target)
    else waitingFor.set(target, own)
  }

  for (const row of [...rows.values()].toSorted((a, b) => a.order - b.order)) note(undefined, row)

  return {
    lines,
    change: (key, row) => note(rows.get(key), row),
    has: (message) => keys.has(toDeliveryKey(message)),
    size: () => ({ ...counts, chars }),
    waiting: () => waiting,
    waitingFor: (target) => waitingFor.get(target) ?? { entries: 0, chars: 0 },
    dead: () => [...dead.values()].toSorted((a, b) => a.order - b.order),
    nextOrder: () => (order += 1),
    isNewest: (row) => Math.max(row.order, row.id) === order,
  }
}

/** How large a message is. */
export function charsOf({ message }: Pick<OutgoingMessage, 'message'>): number {
  return Object.entries(message.facts).reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    message.body.length + message.contentType.length,
  )
}
