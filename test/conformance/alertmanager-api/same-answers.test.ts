import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAlertmanagerApiHandler } from '../../../src/api/alertmanager/handler.js'
import { askJson, buildAlertmanagerApi, posting, type ApiAnswer } from '../../alertmanager-api.js'
import { listenOnLoopback } from '../../loopback.js'
import { startRealAlertmanager, type RealAlertmanager } from '../../peers/alertmanager.js'
import { findPeer } from '../../peers/find-peer.js'
import { createTestClock } from '../../test-clock.js'

const binary = findPeer('alertmanager')
if (binary === undefined) console.log('skipped: no alertmanager binary (set ALERTMANAGER_BIN)')

const CONFIG = JSON.stringify({ route: { receiver: 'sink' }, receivers: [{ name: 'sink' }] })
const UNKNOWN = '/api/v2/silence/8a8ae205-ea95-477a-b431-a724d750089c'

const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString()
const GOOD = {
  matchers: [{ name: 'service', value: 'shop', isRegex: false }],
  startsAt: inHours(0),
  endsAt: inHours(2),
  createdBy: 'ann',
  comment: 'upgrade',
}
const matcher = (fields: object) => ({ ...GOOD, matchers: [{ ...GOOD.matchers[0], ...fields }] })

/** What is asked of both; each must be answered with the same status and, where it is an error, in the same form. */
const CALLS: readonly (readonly [name: string, path: string, init: RequestInit])[] = [
  ['status', '/api/v2/status', {}],
  ['receivers', '/api/v2/receivers', {}],
  ['no alerts', '/api/v2/alerts', {}],
  ['no groups', '/api/v2/alerts/groups', {}],
  [
    'every flag',
    '/api/v2/alerts?active=true&silenced=false&inhibited=true&unprocessed=false&receiver=s.*',
    {},
  ],
  ['a path that is not there', '/api/v2/nothing', {}],
  ['a silence without an id', '/api/v2/silence', {}],
  ['another method', '/api/v2/silences', { method: 'PUT' }],
  ['another method of one', UNKNOWN, { method: 'POST' }],
  ['a post to the status', '/api/v2/status', { method: 'POST' }],
  ['no uuid', '/api/v2/silence/nope', {}],
  ['the end of no uuid', '/api/v2/silence/nope', { method: 'DELETE' }],
  ['an unknown silence', UNKNOWN, {}],
  ['the end of an unknown silence', UNKNOWN, { method: 'DELETE' }],
  ['a filter that is none', '/api/v2/silences?filter=a', {}],
  ['an empty filter', '/api/v2/alerts?filter=', {}],
  ['a filter with a faulty expression', '/api/v2/alerts?filter=a%3D~(', {}],
  ['a faulty receiver', '/api/v2/alerts?receiver=(', {}],
  ['no body', '/api/v2/silences', posting('')],
  ['half a body', '/api/v2/silences', posting('{')],
  ['a list', '/api/v2/silences', posting([])],
  ['nothing in it', '/api/v2/silences', posting({})],
  ['a form', '/api/v2/silences', { method: 'POST', body: 'a=b', headers: { 'content-type': 'text/plain' } }],
  ['no matchers', '/api/v2/silences', posting({ ...GOOD, matchers: [] })],
  ['no isRegex', '/api/v2/silences', posting(matcher({ isRegex: undefined }))],
  ['what matches everything', '/api/v2/silences', posting(matcher({ value: '' }))],
  ['no name', '/api/v2/silences', posting(matcher({ name: '' }))],
  ['a faulty expression', '/api/v2/silences', posting(matcher({ value: '(', isRegex: true }))],
  ['the end first', '/api/v2/silences', posting({ ...GOOD, startsAt: inHours(3) })],
  [
    'an end in the past',
    '/api/v2/silences',
    posting({ ...GOOD, startsAt: inHours(-3), endsAt: inHours(-2) }),
  ],
  ['an id that is not there', '/api/v2/silences', posting({ ...GOOD, id: 'nope' })],
  ['a good one', '/api/v2/silences', posting(GOOD)],
  ['a day', '/api/v2/silences', posting({ ...GOOD, startsAt: '2020-01-01' })],
  [
    'odd names',
    '/api/v2/silences',
    posting(matcher({ name: 'a b', isEqual: false, isRegex: true, value: '' })),
  ],
  ['fields that nobody knows', '/api/v2/silences', posting({ ...GOOD, other: 1 })],
]

/** What must be the same: the status, and whether the answer is a list, a text or an object of which fields. */
function shapeOf({ status, headers, body }: ApiAnswer): object {
  const fields = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.keys(body) : []
  return {
    status,
    kind: Array.isArray(body) ? 'list' : typeof body,
    fields: fields.toSorted(),
    code: new Map(Object.entries(Object(body))).get('code'),
    allow: headers.get('allow')?.split(',').toSorted(),
  }
}

/** An answer with nothing in it to an unknown silence says in ours that there is none. */
const SAYS_MORE = new Set(['an unknown silence', 'the end of an unknown silence'])

/** Before 0.28 names had letters, digits and underscores only, a day was no time, and who ended nothing was told of a fault. */
const NEWER = new Set(['the end of an unknown silence', 'a day', 'odd names'])
const OLD = /^0\.(?:\d|1\d|2[0-7])\./

async function versionOf(url: string): Promise<string> {
  const { body } = await askJson(`${url}/api/v2/status`)
  return String(Object(body).versionInfo?.version ?? '')
}

describe.skipIf(binary === undefined)('a tracebell and a real Alertmanager', () => {
  let real: RealAlertmanager
  let isOld = false
  beforeAll(async () => {
    real = await startRealAlertmanager(binary ?? '', CONFIG)
    isOld = OLD.test(await versionOf(real.url))
  })
  afterAll(() => real?.stop())

  const serve = async () => {
    const { options } = buildAlertmanagerApi({}, createTestClock(Date.now()))
    return listenOnLoopback(createServer(createAlertmanagerApiHandler(options)))
  }

  it.for(CALLS)('answer alike: %s', async ([name, path, init], context) => {
    if (isOld && NEWER.has(name)) return context.skip('newer Alertmanagers answer otherwise')
    const [ours, theirs] = [
      shapeOf(await askJson(`${await serve()}${path}`, init)),
      shapeOf(await askJson(`${real.url}${path}`, init)),
    ]
    expect(ours).toEqual(SAYS_MORE.has(name) ? { ...theirs, kind: 'string' } : theirs)
  })

  const keyOf = (each: unknown): string => JSON.stringify([Object(each).status, Object(each).matchers])

  it('keep a silence alike, from its beginning to its end', async () => {
    const play = async (origin: string): Promise<readonly object[]> => {
      const ask = (path: string, init?: RequestInit) => askJson(`${origin}${path}`, init)
      const comment = 'story'
      const idOf = ({ body }: ApiAnswer): unknown => new Map(Object.entries(Object(body))).get('silenceID')
      const first = idOf(await ask('/api/v2/silences', posting({ ...GOOD, comment })))
      const { body: kept } = await ask(`/api/v2/silence/${String(first)}`)
      const longer = idOf(await ask('/api/v2/silences', posting({ ...Object(kept), endsAt: inHours(9) })))
      const other = idOf(
        await ask(
          '/api/v2/silences',
          posting({ ...Object(kept), ...matcher({ value: 'cart' }), comment, id: first }),
        ),
      )
      const { status } = await ask(`/api/v2/silence/${String(other)}`, { method: 'DELETE' })
      const again = idOf(await ask('/api/v2/silences', posting({ ...GOOD, comment, id: other })))
      const { body } = await ask('/api/v2/silences')
      const stories: readonly unknown[] = Array.isArray(body) ? body : []
      // Those that end in one instant have no order.
      const mine = stories
        .filter((each) => Object(each).comment === comment)
        .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      return [
        { stayed: longer === first, moved: other !== first, status, renewed: again !== other },
        ...mine.map((each) => ({
          state: Object(each).status.state,
          matchers: Object(each).matchers,
          fields: Object.keys(Object(each)).toSorted(),
        })),
      ]
    }
    const ours = await play(await serve())
    expect(ours).toHaveLength(4)
    expect(ours).toEqual(await play(real.url))
  })

  it.each([
    's=x',
    's=~x',
    's=~"x.*"',
    's=~"x|y"',
    's!=x',
    't=1',
    't!=1',
    't=""',
    's=y',
    's=~".*"',
    's!=z',
    's="x.*"',
    'u=""',
    'u=~".*"',
  ])('choose the same silences by %s', async (filter) => {
    const comment = `chosen by ${filter}`
    const is = (name: string, value: string, isRegex = false, isEqual = true) => ({
      name,
      value,
      isRegex,
      isEqual,
    })
    const silences = [
      [is('s', 'x')],
      [is('s', 'x.*', true)],
      [is('s', 'x', false, false), is('t', '1')],
      [is('s', 'y'), is('t', '2')],
    ]
    const choose = async (origin: string): Promise<readonly string[]> => {
      for (const matchers of silences)
        await askJson(`${origin}/api/v2/silences`, posting({ ...GOOD, matchers, comment }))
      const { body } = await askJson(
        `${origin}/api/v2/silences?${new URLSearchParams({ filter }).toString()}`,
      )
      const found: readonly unknown[] = Array.isArray(body) ? body : []
      return found
        .filter((each) => Object(each).comment === comment)
        .map((each) => JSON.stringify(Object(each).matchers))
        .toSorted()
    }
    expect(await choose(await serve())).toEqual(await choose(real.url))
  })
})
