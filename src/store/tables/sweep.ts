import type { Timestamp } from '../../model/time.js'
import type { Core } from './core.js'
import type { Draft } from './draft.js'
import { toDead } from './outbox-part.js'
import { findNewest, toLine } from './requeue.js'
import { KEY_OF, type OutboxRow } from './tables.js'

/** Lets go of what has had its time, and gives up what has waited for too long. */
export async function sweep(core: Core, at: Timestamp): Promise<void> {
  const { tables, limits } = core
  const forgotten = await core.transact((draft) => {
    for (const [key, { expiresAt }] of tables.told) if (expiresAt < at) draft.remove('told', key)
    for (const [key, { expiresAt }] of tables.notices) if (expiresAt < at) draft.remove('notices', key)
    for (const [key, { endsAt }] of tables.silences)
      if (endsAt + limits.silenceMs < at) draft.remove('silences', key)
    return sweepOutbox(core, draft, at)
  })
  core.drop('delivered', forgotten)
}

/** Answers how many delivered entries were let go before their time. */
function sweepOutbox(core: Core, draft: Draft, at: Timestamp): number {
  const { limits } = core
  const delivered: OutboxRow[] = []
  const needed = findNeeded([...core.tables.outbox.values()])
  for (const row of core.tables.outbox.values()) {
    if (needed.has(row)) continue
    const settledAt = row.settledAt ?? at
    if (row.state === 'waiting' && row.queuedAt + limits.queuedMs < at) draft.put('outbox', tooLate(row, at))
    else if (row.state === 'dead' && settledAt + limits.deadMs < at) letGo(core, draft, row)
    else if (row.state === 'delivered' && settledAt + limits.deliveredMs < at) letGo(core, draft, row)
    else if (row.state === 'delivered') delivered.push(row)
  }
  const tooMany = delivered
    .toSorted((a, b) => a.order - b.order)
    .slice(0, -limits.deliveredEntries || undefined)
  for (const row of tooMany) letGo(core, draft, row)
  return tooMany.length
}

/** The newest of what was delivered, where it has overtaken one that is dead: else that would be taken for the newest. */
function findNeeded(rows: readonly OutboxRow[]): ReadonlySet<OutboxRow> {
  const dead = new Set(findNewest(rows, ['dead']).keys())
  if (dead.size === 0) return new Set()
  const delivered = findNewest(rows, ['delivered']).values()
  return new Set([...delivered].filter((row) => dead.has(toLine(row))))
}

/** The newest entry stays, so that ids go on from it. */
function letGo(core: Core, draft: Draft, row: OutboxRow): void {
  if (!core.outbox.isNewest(row)) draft.remove('outbox', KEY_OF.outbox(row))
}

function tooLate(row: OutboxRow, at: Timestamp): OutboxRow {
  const reason = row.lastError === undefined ? 'it was never tried' : `the last attempt: ${row.lastError}`
  return { ...toDead(row, `it has waited for too long; ${reason}`), settledAt: at }
}
