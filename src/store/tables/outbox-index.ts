import type { OutgoingMessage } from '../../model/outbox.js'
import type { OutboxState, OutboxSize } from '../outbox-store.js'
import { createOutboxLines, toDeliveryKey, type OutboxLines } from './outbox-lines.js'
import type { OutboxRow } from './tables.js'

/** What must be known of the outbox without looking at all of it. */
export interface OutboxIndex {
  readonly lines: OutboxLines
  /** To be told of each change before it is in the table. */
  change(key: string, row: OutboxRow | undefined): void
  has(message: OutgoingMessage): boolean
  size(): OutboxSize
  /** The next id, and the next place in the order; each is given once. */
  nextOrder(): number
  /** Whether no entry was given a later id or place. */
  isNewest(row: OutboxRow): boolean
}

export function createOutboxIndex(rows: ReadonlyMap<string, OutboxRow>): OutboxIndex {
  const lines = createOutboxLines()
  const keys = new Set<string>()
  const counts: Record<OutboxState, number> = { waiting: 0, delivered: 0, dead: 0 }
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
    counts[row.state] += by
    chars += by * charsOf(row)
  }

  for (const row of [...rows.values()].toSorted((a, b) => a.order - b.order)) note(undefined, row)

  return {
    lines,
    change: (key, row) => note(rows.get(key), row),
    has: (message) => keys.has(toDeliveryKey(message)),
    size: () => ({ ...counts, chars }),
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
