import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OutgoingMessage } from '../src/model/outbox.js'
import type { Store } from '../src/store/store.js'
import type { PlannedKill } from './plan-kill.js'
import type { Step } from './steps.js'

/** Says to the daemon of the campaign in which way its store is broken. */
export const FAULT_VARIABLE = 'CAMPAIGN_FAULT'

/** Long enough to be killed in. */
const LATER_MS = 400

/** One way in which a store may break what is promised. */
export interface Fault {
  readonly what: string
  /** How a daemon dies that shows it. */
  readonly plan: PlannedKill
  /** What the campaign must find. */
  readonly finds: 'lost' | 'repeatsWithoutKey'
  break(store: Store): Partial<Store>
}

export const FAULTS: Readonly<Record<string, Fault>> = {
  'delivered-before-answer': {
    what: 'a delivery is noted before the receiver has answered',
    plan: dyingAt('delivery-due'),
    finds: 'lost',
    break: (store) => ({
      due: async (at, ...rest) => {
        const entries = await store.due(at, ...rest)
        await Promise.all(entries.map(({ id }) => store.delivered(id, at)))
        return entries
      },
    }),
  },
  'outbox-outside-transaction': {
    what: 'what is told is noted in one transaction, and its message put into the outbox in another',
    // In the second of the two.
    plan: dyingAt('flush-in-transaction', 1),
    finds: 'lost',
    break: (store) => ({
      dispatch: async (group) => {
        await store.dispatch({ ...group, outbox: [] })
        return store.dispatch({ ...group, notices: [], ended: [] })
      },
    }),
  },
  'kept-later': {
    what: 'a transaction is said to be kept while it is only in memory',
    plan: dyingAt('flush-committed'),
    finds: 'lost',
    break: (store) => ({
      commit: async (evaluation) => later(() => store.commit(evaluation)),
      dispatch: async (group) => {
        later(() => store.dispatch(group))
        return { added: group.outbox.length, repeated: 0, refused: [] }
      },
    }),
  },
  'key-of-each-attempt': {
    what: 'each attempt has a key of its own',
    plan: dyingAt('delivery-answered'),
    finds: 'repeatsWithoutKey',
    break: (store) => ({
      due: async (...question) => (await store.due(...question)).map(withNewKey),
    }),
  },
}

/** The store, broken in the way that the environment asks for, if any. Throws where there is no such way. */
export function breakStore(store: Store, name: string | undefined): Store {
  if (name === undefined) return store
  const fault = FAULTS[name]
  if (fault === undefined)
    throw new Error(`there is no fault ${name}: there are ${Object.keys(FAULTS).join(', ')}`)
  return { ...store, ...fault.break(store) }
}

function dyingAt(step: Step, skip = 0): PlannedKill {
  return { kind: 'step', step, skip }
}

function later(work: () => Promise<unknown>): void {
  void sleep(LATER_MS)
    .then(work)
    .catch(() => {})
}

function withNewKey<M extends OutgoingMessage>(message: M): M {
  return { ...message, idempotencyKey: randomUUID() }
}
