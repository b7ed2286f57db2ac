import { createServer } from 'node:http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { askJson, buildRoute, posting } from '../../../test/alertmanager-api.js'
import { listenOnLoopback } from '../../../test/loopback.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { Explanation } from '../../dispatch/explain.js'
import { describeMute } from '../../dispatch/describe-mute.js'
import type { LabelSet } from '../../model/label-set.js'
import type { OutgoingMessage } from '../../model/outbox.js'
import { createMemoryStore } from '../../store/memory-store.js'
import { createOwnApiHandler, type OwnApiOptions } from './handler.js'
import { OwnApiError } from './own-api-error.js'
import { parseRetry } from './parse-retry.js'
import { parseLabels } from './route.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const PATH = '/api/tracebell/v1/notifications'

function message(name: string, target: string): OutgoingMessage {
  return {
    target,
    lane: 'alerts',
    groupKey: `{}:{alertname="${name}"}`,
    status: 'firing',
    idempotencyKey: `key-${name}`,
    message: { contentType: 'application/json', body: '{}', facts: {}, leftOut: 0 },
    createdAt: T0,
  }
}

/** One route, on which a group stands and a silence lies. */
const explain = (labels: LabelSet): Explanation => {
  const route = buildRoute()
  const isShop = labels.get('service') === 'shop'
  const silence = { kind: 'silence', id: 's', endsAt: T0, createdBy: 'ann', comment: 'x' } as const
  const steps = [{ stage: 'dedup', at: T0, text: 'nothing new', muted: [], mutedCount: 0 }] as const
  return {
    path: [{ route, depth: 0, outcome: 'taken' }],
    routes: [
      {
        route,
        groupKey: '{}:{}',
        groupLabels: labels,
        mutes: isShop ? [silence] : [],
        group: isShop ? { alerts: 2, dueAt: T0, steps } : undefined,
      },
    ],
  }
}

/** An outbox with one entry that waits, one that is dead and one that was delivered, and what answers over it. */
async function serve(changes: Partial<OwnApiOptions> = {}) {
  const store = createMemoryStore()
  const clock = createTestClock(T0)
  const outbox = [
    message('A', 'oncall/slack[0]'),
    message('B', 'oncall/slack[0]'),
    message('C', 'sink/webhook[0]'),
  ]
  await store.dispatch({ at: T0, outbox, notices: [], ended: [] })
  const [, second, third] = await store.listOutbox()
  await store.dead(second?.id ?? -1, 'HTTP 404 from \u001b[31mslack')
  await store.delivered(third?.id ?? -1, T0 + 1000)
  await clock.advance(5000)
  let requeues = 0
  const onRequeued = (): void => void (requeues += 1)
  const handler = createOwnApiHandler({
    outbox: store,
    storeHealth: () => store.health(),
    clock,
    onRequeued,
    explain,
    describeMute,
    ...changes,
  })
  const origin = await listenOnLoopback(createServer(handler))
  const ask = (path: string, init?: RequestInit) => askJson(`${origin}${path}`, init)
  return { ask, store, deadId: second?.id ?? -1, requeues: () => requeues }
}

const idsOf = (body: unknown): readonly string[] =>
  [...JSON.stringify(body).matchAll(/"idempotencyKey":"key-(\w)"/g)].map(([, name = '']) => name)

describe('notifications', () => {
  it('are listed with what became of them, without what they say', async () => {
    const { ask, deadId } = await serve()
    const { status, body } = await ask(`${PATH}?state=dead`)
    expect([status, body]).toEqual([
      200,
      {
        notifications: [
          {
            id: deadId,
            target: 'oncall/slack[0]',
            lane: 'alerts',
            state: 'dead',
            attempts: 1,
            status: 'firing',
            createdAt: '2026-11-24T08:44:00.000Z',
            queuedAt: '2026-11-24T08:44:00.000Z',
            settledAt: expect.any(String),
            lastError: 'HTTP 404 from \u001b[31mslack',
            groupKey: '{}:{alertname="B"}',
            idempotencyKey: 'key-B',
            contentType: 'application/json',
            length: 2,
          },
        ],
        waiting: 1,
        delivered: 1,
        dead: 1,
      },
    ])
  })

  it.each([
    ['', ['A', 'B', 'C']],
    ['?state=waiting', ['A']],
    ['?state=delivered', ['C']],
    ['?state=&target=sink/webhook%5B0%5D', ['C']],
    ['?target=nobody', []],
    ['?limit=2', ['A', 'B']],
  ])('are chosen by %j', async (query, expected) => {
    const { ask } = await serve()
    expect(idsOf((await ask(`${PATH}${query}`)).body)).toEqual(expected)
  })

  it.each([
    ['its id', ({ deadId }: { deadId: number }) => ({ ids: [deadId, 12345] })],
    ['all', () => ({ all: true })],
  ])('that are dead are put in again by %s, and whoever delivers is told', async (_, wanted) => {
    const served = await serve()
    const { ask, store, requeues } = served
    const { status, body } = await ask(`${PATH}/retry`, posting(wanted(served)))
    expect([status, body, requeues()]).toEqual([200, { requeued: 1, overtaken: [] }, 1])
    expect(await store.outboxSize()).toMatchObject({ waiting: 2, dead: 0, delivered: 1 })
    const again = await ask(`${PATH}/retry`, posting(wanted(served)))
    expect([again.body, requeues()]).toEqual([{ requeued: 0, overtaken: [] }, 1])
  })

  const EXPECTED =
    'expected {"ids": [1, 2]} with up to 10000 ids, or {"all": true}, and "force": true where it is meant'
  const STATE = 'state: found "lost", expected one of waiting, delivered, dead'

  it.each<[string, string, RequestInit, number, string]>([
    ['another state', `${PATH}?state=lost`, {}, 400, STATE],
    ['no limit', `${PATH}?limit=0`, {}, 400, 'limit: found "0", expected a whole number from 1 to 1000'],
    ['another method', PATH, { method: 'DELETE' }, 405, 'only GET is answered here'],
    ['a retry that is read', `${PATH}/retry`, {}, 405, 'only POST is answered here'],
    [
      'a form',
      `${PATH}/retry`,
      { method: 'POST', body: 'all=true' },
      415,
      'expected content-type: application/json',
    ],
    ['nothing to retry', `${PATH}/retry`, posting({}), 400, EXPECTED],
    ['no ids', `${PATH}/retry`, posting({ ids: [] }), 400, EXPECTED],
    ['ids that are none', `${PATH}/retry`, posting({ ids: ['1'] }), 400, EXPECTED],
    ['a force that is none', `${PATH}/retry`, posting({ all: true, force: 1 }), 400, EXPECTED],
    ['both', `${PATH}/retry`, posting({ ids: [1], all: true }), 400, EXPECTED],
    ['no JSON', `${PATH}/retry`, posting('{'), 400, EXPECTED],
    ['null', `${PATH}/retry`, posting('null'), 400, EXPECTED],
    ['too much', `${PATH}/retry`, posting('x'.repeat(300_000)), 413, 'the body is longer than 262144 bytes'],
    [
      'another path',
      '/api/tracebell/v1/x',
      {},
      404,
      'not found: there are notifications, notifications/retry, route and status',
    ],
  ])('are refused to who asks with %s', async (_, path, init, status, error) => {
    const { ask, store } = await serve()
    const answer = await ask(path, init)
    expect([answer.status, answer.body]).toEqual([status, { error }])
    expect(await store.outboxSize()).toMatchObject({ waiting: 1, dead: 1, delivered: 1 })
  })

  it('are not shown where the store fails, and not why', async () => {
    const fail = () => Promise.reject(new Error('secret'))
    const { ask } = await serve({ outbox: { listOutbox: fail, requeue: fail, outboxSize: fail } })
    const { status, body } = await ask(PATH)
    expect([status, body]).toEqual([500, { error: 'the answer could not be made' }])
  })

  it('are retried by ids, all, or the request is refused, whatever is sent', () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ ids: fc.jsonValue(), all: fc.jsonValue(), force: fc.boolean() }, { requiredKeys: [] })
        .map((each) => JSON.stringify(each)),
    )
    fc.assert(
      fc.property(body, (text) => {
        try {
          const { ids } = parseRetry(text)
          expect(ids === 'all' || ids.every(Number.isSafeInteger)).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(OwnApiError)
        }
      }),
    )
  })
})

describe('the status', () => {
  const STATUS = '/api/tracebell/v1/status'
  const dropped = { outbox: 0, told: 0, active: 0, notices: 0, delivered: 0 }

  it('says how the state is kept', async () => {
    const { ask } = await serve()
    const store = { durable: false, degraded: null, setAside: null, unreadableRows: 0, dropped }
    expect(await ask(STATUS)).toMatchObject({ status: 200, body: { store } })
  })

  it('says since when and why it is not saved', async () => {
    const degraded = { since: T0, error: 'database or disk is full', unsaved: 17 }
    const health = { durable: false, degraded, setAside: '/data/x', unreadableRows: 2, dropped }
    const { ask } = await serve({ storeHealth: () => health })
    const { body } = await ask(STATUS)
    const since = '2026-11-24T08:44:00.000Z'
    expect(body).toEqual({ store: { ...health, degraded: { ...degraded, since } } })
  })
})

describe('route', () => {
  const ROUTE = '/api/tracebell/v1/route'

  it('says who would be told of an alert, and why', async () => {
    const { ask } = await serve()
    const { status, body } = await ask(`${ROUTE}?label=service=shop&label=__proto__=a%3Db`)
    const route = {
      receiver: 'sink',
      groupKey: '{}:{}',
      groupLabels: Object.fromEntries([
        ['service', 'shop'],
        ['__proto__', 'a=b'],
      ]),
      groupWaitMs: 1000,
      groupIntervalMs: 5000,
      repeatIntervalMs: 3_600_000,
      mutes: ['muted by silence s, until 2026-11-24T08:44:00Z, by ann: x'],
      group: {
        alerts: 2,
        dueAt: '2026-11-24T08:44:00.000Z',
        steps: [{ stage: 'dedup', at: '2026-11-24T08:44:00.000Z', text: 'nothing new' }],
      },
    }
    const step = { depth: 0, matchers: '{}', receiver: 'sink', continue: false, outcome: 'taken' }
    expect([status, body]).toEqual([200, { receivers: ['sink'], path: [step], routes: [route] }])
    expect((await ask(ROUTE)).body).toMatchObject({ routes: [{ mutes: [], groupLabels: {} }] })
  })

  it.each([
    ['label=service', 'label: found "service", expected name=value'],
    ['label==x', 'label: found "=x", expected name=value'],
    ['label=a=1&label=a=2', 'label: found a twice, expected it once'],
    [Array(101).fill('label=a=1').join('&'), 'label: found 101, expected at most 100'],
  ])('refuses %s', async (query, error) => {
    const { ask } = await serve()
    const answer = await ask(`${ROUTE}?${query}`)
    expect([answer.status, answer.body]).toEqual([400, { error }])
  })

  it('takes any labels or refuses them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        try {
          expect(parseLabels(texts).size).toBe(texts.length)
        } catch (error) {
          expect(error).toBeInstanceOf(OwnApiError)
        }
      }),
    )
  })
})
