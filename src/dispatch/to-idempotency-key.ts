import { createHash } from 'node:crypto'
import type { AlertId } from '../model/alert-id.js'
import type { Timestamp } from '../model/time.js'
import type { Telling, TellingAlert } from './telling.js'

/**
 * By what a receiver knows a repeat. It is made of who the alerts are, when they began and whether they fire, not of when
 * that was told: a transition whose telling is lost, as the disk was full, is told again under the same key after a restart.
 * Only where none of it is news, as in a repeat, does it say after which telling this one comes.
 */
export function toIdempotencyKey(telling: Telling, wanted: readonly TellingAlert[]): string {
  const { group, notice } = telling
  const [known, again] = [findKnown(telling), findAgain(telling)]
  const isNews = wanted.some(({ held, alert }) => (alert.status === 'firing') !== known.has(held.id))
  const about = [group.route.receiver, group.key, ...(isNews ? [] : [notice?.at])]
  const hash = createHash('sha256').update(JSON.stringify(about))
  const facts = wanted.map(
    ({ held: { id }, alert }) => `${id} ${alert.status} ${alert.startsAt} ${again.get(id) ?? ''}\n`,
  )
  for (const fact of facts.toSorted()) hash.update(fact)
  return hash.digest('hex').slice(0, 32)
}

/**
 * Alerts that were told to have ended and fire again as if they had not: their beginning is the same. That is so where
 * nobody could say for too long that they go on. What tells the two apart is when their group was told of last before.
 */
export function findAgain(telling: Telling): ReadonlyMap<AlertId, Timestamp> {
  const { notice, alerts } = telling
  const again = new Map(notice?.again)
  if (notice === undefined) return again
  const known = findKnown(telling)
  for (const { held, alert } of alerts)
    if (alert.status === 'firing' && !known.has(held.id) && alert.startsAt <= notice.at)
      again.set(held.id, notice.at)
  return again
}

/** Those that the receiver takes to fire. */
function findKnown({ notice, owed }: Telling): ReadonlySet<AlertId> {
  return new Set([...owed, ...(notice?.firing ?? [])])
}
