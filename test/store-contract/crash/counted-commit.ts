import type { PendingAlert } from '../../../src/model/alert-instance.js'
import type { Evaluation } from '../../../src/store/rule-store.js'
import type { Store } from '../../../src/store/store.js'
import { alertOf, evaluationOf, messageOf, T0 } from '../samples.js'

/** A commit that changes all that a commit can change, so that a half of one would be seen. */
export function countedCommit(number: number): Evaluation {
  return evaluationOf({
    saved: ['left', 'right'].map((side) => ({ rule: side, alert: pending(number) })),
    alerts: [alertOf('counted', { value: number })],
    told: [{ rule: 'counted', traceId: String(number), expiresAt: T0 + number }],
    outbox: [messageOf(String(number), { groupKey: 'counted' })],
  })
}

/** The commit that a store holds last; 0 for none. Throws where it holds one by half, or not all before it. */
export async function lastCommitOf(store: Store): Promise<number> {
  const [saved, active] = [await store.loadAlerts(), await store.loadActive()]
  const told = (await store.loadTold(T0)).map(({ traceId }) => Number(traceId))
  const messages = (await store.listOutbox({ limit: 1e6 })).map((entry) => Number(entry.idempotencyKey))
  const last = active[0]?.value ?? 0
  const all = Array.from({ length: last }, (_, index) => index + 1)
  const found = { sides: saved.map(({ alert }) => alert.value), told, messages }
  const expected = { sides: last === 0 ? [] : [last, last], told: all, messages: all }
  if (JSON.stringify(found) === JSON.stringify(expected)) return last
  throw new Error(`commit ${last} is there by half: ${JSON.stringify(found).slice(0, 500)}`)
}

function pending(value: number): PendingAlert {
  const { labels, annotations } = alertOf('counted')
  return { state: 'pending', labels, annotations, value, exemplars: [], activeAt: T0, seenAt: T0 + value }
}
