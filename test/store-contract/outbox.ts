import { describe, expect, it } from 'vitest'
import type { OutgoingMessage, Target } from '../../src/model/outbox.js'
import type { Timestamp } from '../../src/model/time.js'
import type { OutboxStore } from '../../src/store/outbox-store.js'
import type { Store } from '../../src/store/store.js'
import type { OpenStore } from './open-store.js'
import { bodyOf, evaluationOf, groupOf, HARD_TEXT, messageOf, noticeOf, T0 } from './samples.js'

const put = (store: Store, ...outbox: readonly OutgoingMessage[]) => store.dispatch(groupOf({ outbox }))

async function dueKeys(
  store: OutboxStore,
  at: Timestamp = T0,
  limit = 100,
  busy: readonly Target[] = [],
): Promise<readonly string[]> {
  return (await store.due(at, limit, busy)).map(({ idempotencyKey }) => idempotencyKey)
}

async function idOf(store: OutboxStore, key: string): Promise<number> {
  const found = (await store.listOutbox()).find(({ idempotencyKey }) => idempotencyKey === key)
  if (found === undefined) throw new Error(`there is no entry ${key}`)
  return found.id
}

export function describeOutbox(name: string, open: OpenStore): void {
  describe(`${name}, as an outbox`, () => {
    it('is empty at first', async () => {
      const { store } = await open()
      expect(await store.due(T0, 10, [])).toEqual([])
      expect(await store.waiting()).toBe(0)
      expect(await store.nextDueAt([])).toBeUndefined()
    })

    it('gives back what was put in, after a restart too', async () => {
      const { store, reopen } = await open()
      const message = { ...bodyOf(HARD_TEXT), facts: Object.fromEntries([['__proto__', HARD_TEXT]]) }
      const texts = { target: HARD_TEXT, groupKey: HARD_TEXT, address: HARD_TEXT, says: HARD_TEXT }
      const outgoing = messageOf(HARD_TEXT, { ...texts, message })
      await put(store, outgoing)
      const [entry] = await (await reopen()).due(T0, 10, [])
      expect(entry).toMatchObject({ ...outgoing, attempts: 0 })
      expect(Object.entries(entry?.message.facts ?? {})).toEqual([['__proto__', HARD_TEXT]])
    })

    it('gives the oldest first, as many as are asked for', async () => {
      const { store, reopen } = await open()
      await put(store, messageOf('a', { target: 'two' }), messageOf('b'), messageOf('c', { target: 'two' }))
      expect(await dueKeys(store, T0, 2)).toEqual(['a', 'b'])
      expect(await dueKeys(await reopen())).toEqual(['a', 'b', 'c'])
    })

    it('gives ids that rise, also after a restart in which all was forgotten', async () => {
      const { store, reopen } = await open({ deliveredMs: 0 })
      await put(store, messageOf('a'), messageOf('b'))
      const [a, b] = [await idOf(store, 'a'), await idOf(store, 'b')]
      expect(b).toBeGreaterThan(a)
      for (const id of [a, b]) await store.delivered(id, T0)
      await store.sweep(T0 + 10)
      const again = await reopen()
      await put(again, messageOf('c'))
      expect(await idOf(again, 'c')).toBeGreaterThan(b)
    })

    it('keeps two of one target and key as one, whatever became of the first', async () => {
      const { store, reopen } = await open()
      expect(await put(store, messageOf('a'), messageOf('a'))).toEqual({ added: 1, repeated: 1, refused: [] })
      expect(await put(store, messageOf('a', { target: 'another' }))).toEqual({
        added: 1,
        repeated: 0,
        refused: [],
      })
      await store.delivered(await idOf(store, 'a'), T0)
      expect(await put(await reopen(), messageOf('a'))).toEqual({ added: 0, repeated: 1, refused: [] })
    })

    it('lets the first of a group hold back the others, also while it waits for a retry', async () => {
      const { store } = await open()
      const group = { groupKey: 'g' }
      await put(store, messageOf('a', group), messageOf('b', group), messageOf('other'))
      expect(await dueKeys(store)).toEqual(['a', 'other'])
      await store.retryAt(await idOf(store, 'a'), T0 + 5, 'no')
      expect(await dueKeys(store)).toEqual(['other'])
      expect(await dueKeys(store, T0 + 5)).toEqual(['a', 'other'])
      await store.delivered(await idOf(store, 'a'), T0 + 5)
      expect(await dueKeys(store, T0 + 5)).toEqual(['b', 'other'])
    })

    it('keeps the groups of each target apart', async () => {
      const { store } = await open()
      await put(store, messageOf('a', { groupKey: 'g' }), messageOf('b', { groupKey: 'g', target: 'two' }))
      expect(await dueKeys(store)).toEqual(['a', 'b'])
    })

    it('leaves busy targets out, however much waits for them', async () => {
      const { store } = await open()
      await put(store, messageOf('a'), messageOf('b'), messageOf('c', { target: 'two' }))
      expect(await dueKeys(store, T0, 1, ['oncall/webhook[0]'])).toEqual(['c'])
      expect(await dueKeys(store, T0, 9, ['oncall/webhook[0]', 'two'])).toEqual([])
    })

    it('replaces the last that waits by a newer one that says the same, at its target about its group', async () => {
      const { store, reopen } = await open({ outboxEntries: 10 })
      const say = (key: string, says: string, target = 'am') =>
        messageOf(key, { groupKey: 'g', says, target })
      await put(store, say('a', 'fires'), say('a', 'fires', 'other'))
      await put(store, say('b', 'ends'))
      await put(store, say('c', 'fires'))
      const again = await reopen()
      const c = await idOf(again, 'c')
      expect(await put(again, say('d', 'fires'))).toEqual({ added: 1, repeated: 0, refused: [] })
      await again.delivered(c, T0)
      const left = (await again.listOutbox({ target: 'am' })).map(({ idempotencyKey }) => idempotencyKey)
      expect(left).toEqual(['a', 'b', 'd'])
      expect(await again.outboxSize()).toMatchObject({ waiting: 4, delivered: 0 })
      expect(again.health().dropped.outbox).toBe(0)
    })

    it('has room for what comes in the place of another', async () => {
      const { store } = await open({ outboxEntries: 2 })
      for (const key of ['a', 'b']) await put(store, messageOf(key, { groupKey: 'g', says: 'fires' }))
      expect(await dueKeys(store)).toEqual(['b'])
    })

    it('gives no more of each target than there are places for', async () => {
      const { store } = await open()
      const outbox = ['a', 'b', 'c'].map((key) => messageOf(key))
      await store.dispatch(groupOf({ outbox: [...outbox, messageOf('d', { target: 'two' })] }))
      const due = await store.due(T0, 10, [], 2)
      expect(due.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'b', 'd'])
    })

    it('tells when the next is due', async () => {
      const { store } = await open()
      await put(store, messageOf('a'), messageOf('b', { target: 'two' }))
      await store.retryAt(await idOf(store, 'a'), T0 + 9, 'no')
      await store.retryAt(await idOf(store, 'b'), T0 + 5, 'no')
      expect(await store.nextDueAt([])).toBe(T0 + 5)
      expect(await store.nextDueAt(['two'])).toBe(T0 + 9)
    })

    it('gives an entry that is due by a clock that was set back no sooner than its time', async () => {
      const { store } = await open()
      await put(store, messageOf('a'))
      await store.retryAt(await idOf(store, 'a'), T0 + 9, 'no')
      expect(await dueKeys(store, T0 + 9)).toEqual(['a'])
      expect(await dueKeys(store, T0 + 8)).toEqual([])
      expect(await dueKeys(store, T0 + 9)).toEqual(['a'])
    })

    it.each([false, true])(
      'lets nothing wait for a clock that was set back; restarted: %s',
      async (restarts) => {
        const { store, reopen } = await open()
        const hour = 3_600_000
        await put(store, messageOf('a', { groupKey: 'g' }), messageOf('b', { groupKey: 'g' }), messageOf('c'))
        expect(await dueKeys(store)).toEqual(['a', 'c'])
        await store.retryAt(await idOf(store, 'a'), T0 + 9, 'no', T0 + 1)
        const now = restarts ? await reopen() : store
        expect(await dueKeys(now, T0 + 2)).toEqual(['c'])
        expect(await dueKeys(now, T0 - hour)).toEqual(['a', 'c'])
        expect(await now.nextDueAt([])).toBe(T0 - hour)
        await now.delivered(await idOf(now, 'a'), T0 - hour)
        expect(await dueKeys(now, T0 - hour)).toEqual(['b', 'c'])
        await now.retryAt(await idOf(now, 'b'), T0 - hour + 9, 'no', T0 - hour)
        expect(await dueKeys(now, T0 - hour)).toEqual(['c'])
      },
    )

    it('counts the attempt that delivers, and the one after which it is given up', async () => {
      const { store } = await open()
      await put(store, messageOf('a'), messageOf('b'))
      await store.delivered(await idOf(store, 'a'), T0)
      await store.retryAt(await idOf(store, 'b'), T0, 'no')
      await store.dead(await idOf(store, 'b'), 'no')
      expect((await store.listOutbox()).map(({ attempts }) => attempts)).toEqual([1, 2])
    })

    it('counts attempts, and keeps why the last failed', async () => {
      const { store, reopen } = await open()
      await put(store, messageOf('a'))
      const id = await idOf(store, 'a')
      await store.retryAt(id, T0 + 1, 'first')
      await store.retryAt(id, T0 + 2, `second ${'x'.repeat(2000)}`)
      const [record] = await (await reopen()).listOutbox()
      expect(record).toMatchObject({ attempts: 2, nextAttemptAt: T0 + 2, state: 'waiting' })
      expect(record?.lastError).toBe(`second ${'x'.repeat(993)}`)
    })

    it('keeps of what was delivered that it was, and no longer what it said', async () => {
      const { store, reopen } = await open()
      await put(store, messageOf('a', { message: bodyOf('secret') }))
      await store.delivered(await idOf(store, 'a'), T0 + 7)
      await store.delivered(await idOf(store, 'a'), T0 + 8)
      const again = await reopen()
      const [record] = await again.listOutbox({ state: 'delivered' })
      expect(record).toMatchObject({
        idempotencyKey: 'a',
        settledAt: T0 + 7,
        message: { body: '', facts: {} },
      })
      expect(await again.outboxSize()).toEqual({ waiting: 0, delivered: 1, dead: 0, chars: 16 })
    })

    it('lets a dead entry hold back no other, and puts it in again behind them where it is forced', async () => {
      const { store, reopen } = await open()
      const group = { groupKey: 'g' }
      await put(store, messageOf('a', group), messageOf('b', group))
      const id = await idOf(store, 'a')
      await store.retryAt(id, T0, 'no')
      await store.dead(id, 'gone for good')
      expect(await dueKeys(store)).toEqual(['b'])
      expect(await store.listOutbox({ state: 'dead' })).toMatchObject([{ id, lastError: 'gone for good' }])
      expect(await store.requeue([id, id, id + 100, await idOf(store, 'b')], T0 + 3)).toMatchObject({
        requeued: 0,
        overtaken: [{ id, by: { state: 'waiting' } }],
      })
      expect(await store.requeue([id], T0 + 3, { force: true })).toEqual({ requeued: 1, overtaken: [] })
      const again = await reopen()
      expect(await dueKeys(again, T0 + 3)).toEqual(['b'])
      await again.delivered(await idOf(again, 'b'), T0 + 3)
      const putAgain = { id, attempts: 0, attemptsBefore: 2, queuedAt: T0 + 3 }
      expect(await again.due(T0 + 3, 9, [])).toMatchObject([putAgain])
    })

    it('puts an entry in again only where nothing newer is told of its group at its target', async () => {
      const { store, reopen } = await open()
      const [group, status] = ['g', 'resolved' as const]
      await put(store, messageOf('fires', { groupKey: group, status: 'firing' }))
      await put(store, messageOf('ends', { groupKey: group, status }), messageOf('other', { groupKey: 'h' }))
      await put(store, messageOf('elsewhere', { groupKey: group, target: 'two' }))
      const ids = await Promise.all(['fires', 'ends', 'other', 'elsewhere'].map((key) => idOf(store, key)))
      const [fires = -1, ends = -1, other = -1, elsewhere = -1] = ids
      for (const id of [fires, other, elsewhere]) await store.dead(id, 'no')
      await store.delivered(ends, T0)
      const again = await reopen()
      expect(await again.requeue([elsewhere, other, fires], T0 + 1)).toEqual({
        requeued: 2,
        overtaken: [{ id: fires, by: { id: ends, state: 'delivered', status } }],
      })
      expect(await dueKeys(again, T0 + 1)).toEqual(['other', 'elsewhere'])
    })

    it('puts dead entries of a group in again together, in the order in which they were made', async () => {
      const { store } = await open()
      await put(store, messageOf('a', { groupKey: 'g' }), messageOf('b', { groupKey: 'g' }))
      const [a, b] = [await idOf(store, 'a'), await idOf(store, 'b')]
      for (const id of [a, b]) await store.dead(id, 'no')
      const overtaken = [{ id: a, by: { id: b, state: 'dead', status: undefined } }]
      expect(await store.requeue([a], T0 + 1)).toEqual({ requeued: 0, overtaken })
      expect(await store.requeue([b, a, b], T0 + 1)).toEqual({ requeued: 2, overtaken: [] })
      expect(await dueKeys(store, T0 + 1)).toEqual(['a'])
      await store.delivered(a, T0 + 1)
      expect(await dueKeys(store, T0 + 1)).toEqual(['b'])
    })

    it('holds no anomaly for overtaken', async () => {
      const { store } = await open()
      const parts = ['a', 'b'].map((key) => messageOf(key, { groupKey: 'g', lane: 'anomalies' }))
      await put(store, ...parts)
      await store.dead(await idOf(store, 'a'), 'no')
      await store.delivered(await idOf(store, 'b'), T0)
      expect(await store.requeue([await idOf(store, 'a')], T0)).toEqual({ requeued: 1, overtaken: [] })
    })

    it('remembers for longer what has overtaken one that is dead', async () => {
      const { store } = await open({ deliveredMs: 10, deadMs: 100, deliveredEntries: 1 })
      const keys = ['fires', 'repeats', 'ends']
      await put(store, ...keys.map((key) => messageOf(key, { groupKey: 'g' })), messageOf('newest'))
      const [fires = -1, repeats = -1, ends = -1] = await Promise.all(keys.map((key) => idOf(store, key)))
      await store.dead(fires, 'no')
      for (const id of [repeats, ends, ends + 1]) await store.delivered(id, T0)
      await store.sweep(T0 + 11)
      expect((await store.listOutbox()).map(({ id }) => id)).toEqual([fires, ends, ends + 1])
      expect(await store.requeue([fires], T0 + 12)).toMatchObject({ overtaken: [{ by: { id: ends } }] })
      await store.sweep(T0 + 101)
      await store.sweep(T0 + 102)
      expect((await store.listOutbox()).map(({ id }) => id)).toEqual([ends + 1])
    })

    it('changes nothing for what is not there, or has been settled', async () => {
      const { store } = await open()
      await put(store, messageOf('a'))
      const id = await idOf(store, 'a')
      await store.delivered(id, T0)
      for (const each of [id, 99]) {
        await store.retryAt(each, T0, 'no')
        await store.dead(each, 'no')
      }
      expect(await store.listOutbox()).toMatchObject([{ id, state: 'delivered', lastError: undefined }])
    })

    it('takes an entry as delivered that was given up meanwhile', async () => {
      const { store } = await open()
      await put(store, messageOf('a'))
      await store.dead(await idOf(store, 'a'), 'no')
      await store.delivered(await idOf(store, 'a'), T0)
      expect(await store.outboxSize()).toMatchObject({ dead: 0, delivered: 1 })
    })

    it('lists by state and target, no more than asked for', async () => {
      const { store } = await open()
      await put(store, messageOf('a'), messageOf('b', { target: 'two' }), messageOf('c'))
      const keys = async (filter: Parameters<Store['listOutbox']>[0]) =>
        (await store.listOutbox(filter)).map(({ idempotencyKey }) => idempotencyKey)
      expect(await keys({ target: 'two' })).toEqual(['b'])
      expect(await keys({ limit: 2 })).toEqual(['a', 'b'])
      expect(await keys({ state: 'dead' })).toEqual([])
    })

    it.each([{ outboxEntries: 2 }, { outboxChars: 80 }])(
      'keeps nothing of a flush without room: %j',
      async (limits) => {
        const { store } = await open(limits)
        await put(store, messageOf('a'))
        const tooMuch = groupOf({ outbox: [messageOf('b'), messageOf('c')], notices: [noticeOf('g')] })
        await expect(store.dispatch(tooMuch)).rejects.toMatchObject({ name: 'StoreError', kind: 'full' })
        expect(await dueKeys(store)).toEqual(['a'])
        expect(await store.findNotice('g', 'oncall', T0)).toBeUndefined()
        await store.delivered(await idOf(store, 'a'), T0)
        expect(await put(store, messageOf('b'), messageOf('b'))).toEqual({
          added: 1,
          repeated: 1,
          refused: [],
        })
      },
    )

    it.each([{ outboxEntries: 6 }, { outboxChars: 6 * 31 }])(
      'leaves room for others where one target takes nothing: %j',
      async (limits) => {
        const { store, reopen } = await open(limits)
        const broken = { target: 'broken' }
        for (const key of ['a', 'b', 'c']) await put(store, messageOf(key, broken))
        const again = await reopen()
        await expect(put(again, messageOf('d', broken))).rejects.toMatchObject({ kind: 'full' })
        const both = [messageOf('e', broken), messageOf('e')]
        const notices = [noticeOf('g')]
        expect(await again.dispatch(groupOf({ outbox: both, notices }))).toEqual({
          added: 1,
          repeated: 0,
          refused: ['broken'],
        })
        expect(await again.findNotice('g', 'oncall', T0)).toEqual(noticeOf('g'))
        expect(await dueKeys(again)).toEqual(['a', 'b', 'c', 'e'])
        expect(again.health().dropped.outbox).toBe(1)
        await again.delivered(await idOf(again, 'a'), T0)
        expect(await put(again, messageOf('d', broken))).toMatchObject({ added: 1 })
      },
    )

    it.each([{ outboxEntries: 4 }, { outboxChars: 4 * 31 }])(
      'lets the oldest of the dead give way, and counts them: %j',
      async (limits) => {
        const { store, reopen } = await open(limits)
        const keys = ['a', 'b', 'c', 'd']
        for (const key of keys) {
          await put(store, messageOf(key))
          await store.dead(await idOf(store, key), 'no')
        }
        await store.requeue([await idOf(store, 'a')], T0)
        const again = await reopen()
        await again.commit(evaluationOf({ outbox: [messageOf('e', { target: 'two' })] }))
        expect(await again.dispatch(groupOf({ outbox: [messageOf('f')] }))).toMatchObject({ added: 1 })
        const left = (await again.listOutbox()).map(({ idempotencyKey, state }) => [idempotencyKey, state])
        expect(left).toEqual([
          ['d', 'dead'],
          ['a', 'waiting'],
          ['e', 'waiting'],
          ['f', 'waiting'],
        ])
        expect(again.health().dropped.outbox).toBe(2)
      },
    )

    it('keeps of an evaluation what there is room for, and counts the rest', async () => {
      const { store } = await open({ outboxEntries: 1 })
      await store.commit(evaluationOf({ outbox: [messageOf('a'), messageOf('b')] }))
      expect(await dueKeys(store)).toEqual(['a'])
      expect(store.health().dropped.outbox).toBe(1)
    })

    it('gives up what has waited for too long, and forgets what was settled long ago', async () => {
      const { store } = await open({ queuedMs: 10, deadMs: 20, deliveredMs: 30 })
      await put(store, messageOf('a'), messageOf('b'), messageOf('newest'))
      await store.delivered(await idOf(store, 'b'), T0)
      await store.sweep(T0 + 10)
      expect(await store.waiting()).toBe(2)
      await store.sweep(T0 + 11)
      const reason = 'it has waited for too long; it was never tried'
      expect(await store.listOutbox({ state: 'dead' })).toMatchObject([{ lastError: reason }, {}])
      await store.sweep(T0 + 31)
      expect(await store.outboxSize()).toMatchObject({ delivered: 0, dead: 2 })
      await store.sweep(T0 + 32)
      expect((await store.listOutbox()).map(({ idempotencyKey }) => idempotencyKey)).toEqual(['newest'])
    })

    it('remembers no more delivered entries than it may, and counts those it forgets', async () => {
      const { store } = await open({ deliveredEntries: 2 })
      await put(store, messageOf('a'), messageOf('b'), messageOf('c'))
      for (const key of ['a', 'b', 'c']) await store.delivered(await idOf(store, key), T0)
      await store.sweep(T0)
      expect((await store.listOutbox()).map(({ idempotencyKey }) => idempotencyKey)).toEqual(['b', 'c'])
      expect(store.health().dropped.delivered).toBe(1)
    })
  })
}
