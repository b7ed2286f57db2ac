import { toAlertId } from '../src/model/alert-id.js'
import type { Alert } from '../src/model/alert.js'
import type { Store } from '../src/store/store.js'
import type { OutgoingMessage } from '../src/model/outbox.js'
import type { Committed } from './records.js'

/** What was committed, in the words of the campaign's records. */
export function toCommitted(
  alerts: readonly Alert[],
  outbox: readonly Pick<OutgoingMessage, 'target' | 'idempotencyKey'>[],
): Committed {
  return {
    transitions: alerts.map(({ labels, startsAt, status }) => ({
      alert: toAlertId(labels),
      startsAt,
      status,
    })),
    messages: outbox.map(({ target, idempotencyKey }) => ({ target, key: idempotencyKey })),
  }
}

const ALL = 1_000_000

/** Everything that a store holds of it, also what was committed without time to say so. */
export async function readCommitted(store: Pick<Store, 'loadActive' | 'listOutbox'>): Promise<Committed> {
  return toCommitted(await store.loadActive(), await store.listOutbox({ limit: ALL }))
}
