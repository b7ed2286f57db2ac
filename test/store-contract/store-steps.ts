import fc from 'fast-check'
import type { Store } from '../../src/store/store.js'
import { StoreError } from '../../src/store/store-error.js'
import { alertOf, evaluationOf, groupOf, messageOf, noticeOf, silenceOf, T0 } from './samples.js'

/** Something that is done to a store. What it answers is told as text, so that two stores can be compared. */
export interface StoreStep {
  readonly name: string
  run(store: Store): Promise<unknown>
}

const few = fc.constantFrom('a', 'b', 'c', '__proto__', '\0')
const time = fc.integer({ min: T0, max: T0 + 20 })
const message = fc
  .record({
    key: few,
    target: fc.constantFrom('one', 'two'),
    groupKey: few,
    says: fc.constantFrom({}, { says: 'this' }, { says: 'that' }),
  })
  .map(({ key, target, groupKey, says }) => messageOf(key, { target, groupKey, ...says }))
const messages = fc.array(message, { maxLength: 3 })
const alert = fc
  .record({ service: few, status: fc.constantFrom('firing' as const, 'resolved' as const), endsAt: time })
  .map(({ service, status, endsAt }) => alertOf(service, { status, endsAt }))
const saved = fc.record({ rule: few, service: few, seenAt: time }).map(({ rule, service, seenAt }) => {
  const { labels, annotations, value, exemplars } = alertOf(service)
  const state = 'pending' as const
  return { rule, alert: { labels, annotations, value, exemplars, state, activeAt: T0, seenAt } }
})
const removed = fc.record({ rule: few, service: few }).map(({ rule, service }) => ({
  rule,
  fingerprint: JSON.stringify([...alertOf(service).labels]),
}))
const id = fc.integer({ min: 1, max: 12 })

const commit = fc
  .record({
    at: time,
    saved: fc.array(saved, { maxLength: 3 }),
    removed: fc.array(removed, { maxLength: 2 }),
    alerts: fc.array(alert, { maxLength: 3 }),
    told: fc.array(fc.record({ rule: few, traceId: few, expiresAt: time }), { maxLength: 3 }),
    outbox: messages,
  })
  .map((evaluation) => step('commit', (store) => store.commit(evaluationOf(evaluation))))
const notice = fc.record({ groupKey: few, expiresAt: time }).map((each) => noticeOf(each.groupKey, each))
const dispatch = fc
  .record({
    at: time,
    outbox: messages,
    notices: fc.array(notice, { maxLength: 2 }),
    ended: fc.array(alert, { maxLength: 2 }),
  })
  .map((group) => step('dispatch', (store) => store.dispatch(groupOf(group))))
const settle = fc
  .record({ id, at: time, how: fc.constantFrom('delivered', 'retry', 'dead', 'requeue') })
  .map((each) =>
    step(each.how, (store) => {
      if (each.how === 'delivered') return store.delivered(each.id, each.at)
      if (each.how === 'retry') return store.retryAt(each.id, each.at, 'no')
      return each.how === 'dead'
        ? store.dead(each.id, 'no')
        : store.requeue([each.id, 1], each.at, { force: each.id % 2 === 0 })
    }),
  )
const silence = fc
  .record({ id: few, endsAt: time })
  .map((each) => step('silence', (store) => store.saveSilences([silenceOf(each.id, each), silenceOf('z')])))
const snapshot = fc
  .record({ name: few, at: time, bytes: fc.uint8Array({ maxLength: 6 }) })
  .map((each) => step('snapshot', (store) => store.saveSnapshot(each)))
const forget = few.map((name) => step('forget', (store) => store.removeSnapshot(name)))
const sweep = time.map((at) => step('sweep', (store) => store.sweep(at)))

/** Any step, the frequent ones more often. */
export const anyStep: fc.Arbitrary<StoreStep> = fc.oneof(
  { arbitrary: commit, weight: 3 },
  { arbitrary: dispatch, weight: 3 },
  { arbitrary: settle, weight: 4 },
  silence,
  snapshot,
  forget,
  sweep,
)

/** All that a store knows, in an order that does not depend on how it keeps it. */
export async function lookAt(store: Store): Promise<unknown> {
  const at = T0 + 5
  const keys = ['a', 'b', 'c', '__proto__', '\0']
  const [all, busy] = [await store.due(T0 + 20, 100, []), await store.due(at, 2, ['one'])]
  return {
    alerts: sorted(await store.loadAlerts()),
    told: sorted(await store.loadTold(at)),
    active: sorted(await store.loadActive()),
    silences: sorted(await store.loadSilences()),
    notices: await Promise.all(keys.map((key) => store.findNotice(key, 'oncall', at))),
    snapshots: await Promise.all(keys.map((key) => store.loadSnapshot(key))),
    outbox: await store.listOutbox(),
    due: [all.map((entry) => entry.id), busy.map((entry) => entry.id)],
    next: [await store.nextDueAt([]), await store.nextDueAt(['two'])],
    size: [await store.outboxSize(), await store.waiting()],
  }
}

function step(name: string, act: (store: Store) => Promise<unknown>): StoreStep {
  return { name, run: (store) => act(store).then(toAnswer, toRefusal) }
}

function toAnswer(answer: unknown): unknown {
  return answer
}

function toRefusal(error: unknown): unknown {
  if (error instanceof StoreError) return error.message
  throw error
}

function sorted(rows: readonly unknown[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row, (_, value: unknown) => inOrder(value))).toSorted()
}

/** The same for objects of the same fields in any order. */
function inOrder(value: unknown): unknown {
  if (value instanceof Map) return [...value]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
