import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { describe, expect, it } from 'vitest'
import {
  buildAlertmanagerApi,
  buildRoute,
  posting,
  serveAlertmanagerApi,
} from '../../../test/alertmanager-api.js'
import { listenOnLoopback } from '../../../test/loopback.js'
import { toAlertId } from '../../model/alert-id.js'
import type { MuteReason } from '../../model/muter.js'
import { MINUTE_MS } from '../../model/time.js'
import { MOST_ALERTS } from './alerts.js'
import { createAlertmanagerApiHandler, isAlertmanagerPath, LONGEST_BODY_BYTES } from './handler.js'
import type { ShownAlert, ShownGroup } from '../../dispatch/show-dispatch.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const UNKNOWN = '/api/v2/silence/8a8ae205-ea95-477a-b431-a724d750089c'

function shown(
  labels: Readonly<Record<string, string>>,
  { mutes = [], receivers = ['sink'], isProcessed = true }: Partial<ShownAlert> = {},
): ShownAlert {
  return {
    alert: {
      labels: new Map(Object.entries(labels)),
      annotations: new Map(),
      startsAt: T0,
      endsAt: T0 + 4 * MINUTE_MS,
      status: 'firing',
      generatorUrl: '',
      value: 1,
      exemplars: [],
    },
    updatedAt: T0,
    receivers,
    mutes,
    isProcessed,
  }
}

const SILENCED: MuteReason = { kind: 'silence', id: 's', endsAt: T0, createdBy: 'ann', comment: '' }
const INHIBITED: MuteReason = { kind: 'inhibition', source: new Map([['alertname', 'A']]), rule: 0 }
const MAINTAINED: MuteReason = { kind: 'maintenance', name: 'deploy', endsAt: undefined, comment: '' }
const AT_NIGHT: MuteReason = { kind: 'mute-time', name: 'night' }
const OUTSIDE: MuteReason = { kind: 'outside-active-time', names: ['office', 'on-call'] }

const ALERTS = [
  shown({ alertname: 'A', severity: 'page', service: 'x' }, { receivers: ['oncall', 'sink'] }),
  shown({ alertname: 'B', severity: 'warn', service: 'x' }, { mutes: [INHIBITED] }),
  shown({ alertname: 'C', team: 'night' }, { mutes: [AT_NIGHT], receivers: ['night'] }),
  shown({ alertname: 'D' }, { mutes: [SILENCED] }),
  shown({ alertname: 'E' }, { isProcessed: false }),
]

const GROUPS: readonly ShownGroup[] = ALERTS.flatMap((alert) =>
  alert.receivers.map((receiver) => ({
    key: receiver,
    receiver,
    labels: new Map([['alertname', alert.alert.labels.get('alertname') ?? '']]),
    alerts: [alert],
  })),
)

const serve = () => serveAlertmanagerApi(buildAlertmanagerApi({ alerts: ALERTS, groups: GROUPS }))

/** The alerts of an answer by the letter of their name, in order. */
function lettersOf(body: unknown): string {
  return [...JSON.stringify(body).matchAll(/"labels":\{"alertname":"(\w)"[^{]*?\}(?!,"receiver")/g)]
    .map(([, letter = '']) => letter)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join('')
}

describe('alerts', () => {
  it.each([
    ['', 'ABCDE'],
    ['active=true&silenced=true&inhibited=1&unprocessed=&muted=T', 'ABCDE'],
    ['active=false', 'BCDE'],
    ['silenced=false', 'ABCE'],
    ['inhibited=false', 'ACDE'],
    ['muted=false', 'ABDE'],
    ['unprocessed=false', 'ABCD'],
    ['silenced=false&inhibited=false&muted=0&unprocessed=f', 'A'],
    ['receiver=onc.*', 'A'],
    ['receiver=onc', ''],
    ['receiver=sink|night', 'ABCDE'],
    ['filter=alertname%3D~%22A%7CB%22', 'AB'],
    ['filter=alertname%3DA', 'A'],
    ['filter=service%3Dx&filter=severity!%3Dpage', 'B'],
    ['filter=%7Bservice%3Dx,severity%3D%22warn%22%7D', 'B'],
    ['filter=team%3D%22%22', 'ABDE'],
    ['filter=nothing%3Dx', ''],
  ])('are chosen by %s', async (query, expected) => {
    const ask = await serve()
    expect(lettersOf((await ask(`/api/v2/alerts?${query}`)).body)).toBe(expected)
    const ofGroups = lettersOf((await ask(`/api/v2/alerts/groups?${query}`)).body)
    expect([...new Set(ofGroups)].join('')).toBe(expected)
  })

  it('are in the order of their fingerprints', async () => {
    const ask = await serve()
    const { body } = await ask('/api/v2/alerts')
    const ids = [...JSON.stringify(body).matchAll(/"fingerprint":"(\w+)"/g)].map(([, id]) => id)
    expect(ids).toEqual(ALERTS.map(({ alert }) => toAlertId(alert.labels)).toSorted())
  })

  it('say why nobody is told of them', async () => {
    const mutes = [SILENCED, { ...SILENCED, id: 'a' }, INHIBITED, MAINTAINED, AT_NIGHT, OUTSIDE, AT_NIGHT]
    const ask = await serveAlertmanagerApi(buildAlertmanagerApi({ alerts: [shown({ a: '1' }, { mutes })] }))
    expect((await ask('/api/v2/alerts')).body).toMatchObject([
      {
        status: {
          state: 'suppressed',
          silencedBy: ['a', 's'],
          inhibitedBy: [toAlertId(new Map([['alertname', 'A']]))],
          mutedBy: ['deploy', 'night', 'office', 'on-call'],
        },
      },
    ])
  })

  it('have only the fields that they have', async () => {
    const ask = await serveAlertmanagerApi(buildAlertmanagerApi({ alerts: [shown({ ['__proto__']: 'x' })] }))
    const { body } = await ask('/api/v2/alerts')
    expect(JSON.stringify(body)).toContain('"labels":{"__proto__":"x"}')
    expect(JSON.stringify(body)).not.toContain('generatorURL')
  })

  it('are written although their ends are beyond what can be written', async () => {
    const alert = { ...shown({ a: '1' }).alert, endsAt: Number.POSITIVE_INFINITY, startsAt: -1e20 }
    const ask = await serveAlertmanagerApi(
      buildAlertmanagerApi({ alerts: [{ ...shown({ a: '1' }), alert }] }),
    )
    expect((await ask('/api/v2/alerts')).body).toMatchObject([
      { endsAt: '9999-12-31T23:59:59.999Z', startsAt: '0001-01-01T00:00:00.000Z' },
    ])
  })

  it('are refused where they are too many, unless fewer are asked for', async () => {
    const many = Array.from({ length: MOST_ALERTS + 1 }, (_, index) => shown({ n: String(index) }))
    const ask = await serveAlertmanagerApi(
      buildAlertmanagerApi({
        alerts: many,
        groups: [{ key: '', receiver: 'sink', labels: new Map(), alerts: many }],
      }),
    )
    const message = `the answer would hold ${MOST_ALERTS + 1} alerts, and the most is ${MOST_ALERTS}: ask for fewer by filter or receiver`
    for (const path of ['/api/v2/alerts', '/api/v2/alerts/groups']) {
      const { status, body } = await ask(path)
      expect([status, body]).toEqual([422, { code: 422, message }])
    }
    expect((await ask('/api/v2/alerts?filter=n%3D7')).body).toHaveLength(1)
  })
})

const GOOD = {
  matchers: [{ name: 'service', value: 'shop', isRegex: false }],
  startsAt: '2026-11-24T08:44:00Z',
  endsAt: '2026-11-24T10:44:00+01:00',
  createdBy: 'ann',
  comment: 'upgrade',
}
const matcher = (fields: object) => ({ ...GOOD, matchers: [{ ...GOOD.matchers[0], ...fields }] })

describe('a silence that is posted', () => {
  it.each<[string, object, string]>([
    ['=', matcher({}), '='],
    ['=', matcher({ isEqual: true }), '='],
    [
      '!=',
      { ...GOOD, matchers: [...GOOD.matchers, { name: 'a', value: 'b', isRegex: false, isEqual: false }] },
      '=,!=',
    ],
    ['=~', matcher({ isRegex: true, value: 'shop|cart' }), '=~'],
    ['!~', matcher({ isRegex: true, isEqual: false, value: '' }), '!~'],
  ])('may hold %s', async (_, silence, operators) => {
    const api = buildAlertmanagerApi()
    const ask = await serveAlertmanagerApi(api)
    const { status, body } = await ask('/api/v2/silences', posting(silence))
    const [kept] = api.silences.list()
    expect([status, body]).toEqual([200, { silenceID: kept?.id }])
    expect(kept?.matchers.map(({ operator }) => operator).join()).toBe(operators)
    expect(kept).toMatchObject({ createdBy: 'ann', comment: 'upgrade', endsAt: T0 + 60 * MINUTE_MS })
  })

  it('begins now where it would have begun in the past, and a day is one too', async () => {
    const api = buildAlertmanagerApi()
    const ask = await serveAlertmanagerApi(api)
    await ask('/api/v2/silences', posting({ ...GOOD, startsAt: '2026-11-23', comment: '', createdBy: '' }))
    expect(api.silences.list()).toMatchObject([{ startsAt: T0, comment: '' }])
  })

  it('keeps its id when it lasts longer, and gets another when it matches something else', async () => {
    const api = buildAlertmanagerApi()
    const ask = await serveAlertmanagerApi(api)
    const post = async (silence: object) => (await ask('/api/v2/silences', posting(silence))).body
    await post(GOOD)
    const [first] = api.silences.list()
    const longer = { ...GOOD, id: first?.id, endsAt: '2026-11-25T00:00:00Z' }
    expect(await post(longer)).toEqual({ silenceID: first?.id })
    await api.clock.advance(1000)
    const other = await post({ ...matcher({ value: 'cart' }), id: first?.id })
    expect(other).not.toEqual({ silenceID: first?.id })
    expect((await ask('/api/v2/silences')).body).toMatchObject([
      { status: { state: 'active' }, matchers: [{ value: 'cart' }] },
      { status: { state: 'expired' }, matchers: [{ value: 'shop' }], id: first?.id },
    ])
  })

  it.each<[string, unknown, number, unknown]>([
    ['nothing', '', 422, { code: 602, message: 'silence in body is required' }],
    ['a list', [], 400, { code: 400, message: expect.stringContaining('expected a JSON object') }],
    [
      'half of a document',
      '{"matchers":',
      400,
      { code: 400, message: expect.stringContaining('parsing silence body failed') },
    ],
    [
      'an empty one',
      {},
      422,
      {
        code: 602,
        message:
          'matchers in body is required; startsAt in body is required; endsAt in body is required; createdBy in body is required; comment in body is required',
      },
    ],
    [
      'wrong types',
      { id: 7, matchers: 'a=b', startsAt: 5, endsAt: 'tomorrow', createdBy: [], comment: {} },
      422,
      {
        code: 601,
        message:
          'id in body must be of type string; matchers in body must be of type array; startsAt in body must be of type date-time: 5; endsAt in body must be of type date-time: "tomorrow"; createdBy in body must be of type string; comment in body must be of type string',
      },
    ],
    [
      'no matchers',
      { ...GOOD, matchers: [] },
      422,
      { code: 612, message: 'matchers in body should have at least 1 items' },
    ],
    [
      'matchers that are none',
      { ...GOOD, matchers: [7, { name: 'a', value: 'b', isRegex: 'no', isEqual: 3 }] },
      422,
      {
        code: 602,
        message:
          'matchers.0.name in body is required; matchers.0.value in body is required; matchers.0.isRegex in body is required; matchers.1.isRegex in body must be of type boolean; matchers.1.isEqual in body must be of type boolean',
      },
    ],
    [
      'too many matchers',
      { ...GOOD, matchers: Array(101).fill(GOOD.matchers[0]) },
      422,
      { code: 601, message: 'matchers in body should have at most 100 items' },
    ],
    [
      'a long comment',
      { ...GOOD, comment: 'x'.repeat(8193) },
      422,
      { code: 601, message: 'comment in body should be at most 8192 chars long' },
    ],
    [
      'a day that is none',
      { ...GOOD, startsAt: '2026-02-31' },
      422,
      { code: 601, message: 'startsAt in body must be of type date-time: "2026-02-31"' },
    ],
    [
      'an end before its start',
      { ...GOOD, startsAt: '2026-11-25T00:00:00Z' },
      400,
      'Failed to create silence: start time must be before end time',
    ],
    [
      'an end in the past',
      { ...GOOD, startsAt: '2026-11-01T00:00:00Z', endsAt: '2026-11-02T00:00:00Z' },
      400,
      "Failed to create silence: end time can't be in the past",
    ],
    [
      'what matches everything',
      matcher({ value: '' }),
      400,
      'invalid silence: at least one matcher must not match the empty string',
    ],
    [
      'no name',
      matcher({ name: '' }),
      400,
      'invalid silence: invalid label matcher 0: invalid label name ""',
    ],
    [
      'two faults of its meaning',
      { ...matcher({ value: '(', isRegex: true }), startsAt: '2026-11-25' },
      400,
      'invalid silence: invalid label matcher 0: not a valid RE2 regular expression: missing closing ): `(`; Failed to create silence: start time must be before end time',
    ],
    [
      'faults of its form and of its meaning',
      {
        ...GOOD,
        matchers: [7, { name: '', value: '(', isRegex: true }, { name: 'a', value: '(', isRegex: true }],
        startsAt: undefined,
        endsAt: '2026-11-02T00:00:00Z',
        createdBy: undefined,
      },
      422,
      {
        code: 602,
        message:
          'matchers.0.name in body is required; matchers.0.value in body is required; matchers.0.isRegex in body is required; startsAt in body is required; createdBy in body is required; invalid silence: invalid label matcher 1: invalid label name ""; invalid silence: invalid label matcher 2: not a valid RE2 regular expression: missing closing ): `(`; Failed to create silence: end time can\'t be in the past',
      },
    ],
    ['an id that is not there', { ...GOOD, id: 'nope' }, 404, 'silence not found'],
    [
      'too much in all',
      {
        ...GOOD,
        matchers: Array.from({ length: 3 }, (_, index) => ({
          name: `n${index}`,
          value: 'x'.repeat(8000),
          isRegex: false,
        })),
      },
      400,
      expect.stringContaining('expected at most'),
    ],
  ])('is refused where it is %s', async (_, silence, status, body) => {
    const api = buildAlertmanagerApi()
    const ask = await serveAlertmanagerApi(api)
    const answer = await ask('/api/v2/silences', posting(silence))
    expect([answer.status, answer.body]).toEqual([status, body])
    expect(api.silences.list()).toEqual([])
  })

  it('is refused where it is longer than anything needs to be', async () => {
    const api = buildAlertmanagerApi()
    const origin = await listenOnLoopback(createServer(createAlertmanagerApiHandler(api.options)))
    const { hostname, port } = new URL(origin)
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    const asked = request({ hostname, port, path: '/api/v2/silences', method: 'POST', headers, agent: false })
    asked.end('x'.repeat(LONGEST_BODY_BYTES + 1))
    const [response] = await once(asked, 'response')
    expect([response.statusCode, response.headers.connection]).toEqual([413, 'close'])
  })

  it.each([
    ['full', 507, { code: 507, message: 'there are 3 silences: let some end before there are more' }],
    ['in-use', 500, { code: 500, message: 'the answer could not be made' }],
  ])('is refused where the store is %s', async (kind, status, body) => {
    const error = Object.assign(new Error('there are 3 silences'), { name: 'StoreError', kind })
    const api = buildAlertmanagerApi()
    const silences = { ...api.silences, set: () => Promise.reject(error) }
    const ask = await serveAlertmanagerApi({ ...api, options: { ...api.options, silences } })
    const answer = await ask('/api/v2/silences', posting(GOOD))
    expect([answer.status, answer.body]).toEqual([status, body])
  })
})

describe('silences', () => {
  it('are listed as Alertmanager orders them, and chosen by what they match', async () => {
    const api = buildAlertmanagerApi()
    const ask = await serveAlertmanagerApi(api)
    const keep = async (comment: string, startMinute: number, endMinute: number) =>
      api.silences.set({
        matchers: [{ name: 'service', operator: '=~', value: comment }],
        startsAt: T0 + startMinute * MINUTE_MS,
        endsAt: T0 + endMinute * MINUTE_MS,
        createdBy: '',
        comment,
      })
    await keep('over-1', 0, 2)
    await keep('over-2', 0, 3)
    await keep('active-2', 0, 200)
    await keep('active-1', 0, 100)
    await keep('later-2', 50, 60)
    await keep('later-1', 40, 70)
    await api.clock.advance(10 * MINUTE_MS)
    const commentsOf = async (query: string) =>
      [...JSON.stringify((await ask(`/api/v2/silences${query}`)).body).matchAll(/"comment":"([^"]+)"/g)]
        .map(([, comment]) => comment)
        .join(' ')
    expect(await commentsOf('')).toBe('active-1 active-2 later-1 later-2 over-2 over-1')
    expect(await commentsOf('?filter=service%3D~later-2')).toBe('later-2')
    expect(await commentsOf('?filter=service%3Dlater-2')).toBe('')
    expect(await commentsOf('?filter=service%3D~%22.*%22')).toBe('')
    expect(await commentsOf('?filter=other%3Dx')).toBe('')
  })
})

describe('what is asked otherwise', () => {
  it.each<[string, string, number, unknown]>([
    ['GET', '/api/v2/nothing', 404, { code: 404, message: 'path /api/v2/nothing was not found' }],
    ['GET', '/api/v2/', 404, { code: 404, message: 'path /api/v2/ was not found' }],
    ['GET', '/api/v2/silence', 404, { code: 404, message: 'path /api/v2/silence was not found' }],
    ['GET', '/api/v2/silence/a/b', 404, { code: 404, message: 'path /api/v2/silence/a/b was not found' }],
    ['GET', '/api/v2/alerts/', 404, { code: 404, message: 'path /api/v2/alerts/ was not found' }],
    ['GET', '/api/v2/constructor', 404, { code: 404, message: 'path /api/v2/constructor was not found' }],
    [
      'GET',
      '/api/v2/silence/nope',
      422,
      { code: 601, message: 'silenceID in path must be of type uuid: "nope"' },
    ],
    [
      'DELETE',
      '/api/v2/silence/%zz',
      422,
      { code: 601, message: 'silenceID in path must be of type uuid: "%zz"' },
    ],
    ['GET', UNKNOWN, 404, 'silence not found'],
    ['DELETE', UNKNOWN, 404, 'silence not found'],
    ['PUT', '/api/v2/silences', 405, { code: 405, message: 'method PUT is not allowed, but [GET,POST] are' }],
    ['POST', '/api/v2/status', 405, { code: 405, message: 'method POST is not allowed, but [GET] are' }],
    [
      'DELETE',
      '/api/v2/receivers',
      405,
      { code: 405, message: 'method DELETE is not allowed, but [GET] are' },
    ],
    ['POST', UNKNOWN, 405, { code: 405, message: 'method POST is not allowed, but [GET,DELETE] are' }],
    [
      'POST',
      '/api/v2/alerts',
      501,
      { code: 501, message: expect.stringContaining('tracebell takes no alerts from others') },
    ],
    ['GET', '/api/v2/alerts?active=maybe', 400, 'parameter active: found "maybe", expected true or false'],
    [
      'GET',
      '/api/v2/alerts?receiver=(',
      400,
      'failed to parse receiver param: not a valid RE2 regular expression: missing closing ): `(`',
    ],
    [
      'GET',
      '/api/v2/alerts?filter=a%3D~(',
      400,
      'bad matcher of "a": not a valid RE2 regular expression: missing closing ): `(`',
    ],
    [
      'GET',
      '/api/v2/alerts/groups?filter=',
      400,
      'bad matcher format: : expected a matcher such as severity="page"',
    ],
    ['GET', '/api/v2/silences?filter=a', 400, expect.stringContaining('bad matcher format: a: character 2')],
  ])('%s %s', async (method, path, status, body) => {
    const ask = await serve()
    const answer = await ask(path, method === 'POST' ? posting({}) : { method })
    expect([answer.status, answer.body]).toEqual([status, body])
    expect(answer.headers.get('allow') === null).toBe(status !== 405)
  })

  it('answers 500 where something fails, and does not say what', async () => {
    const fail = () => {
      throw new Error('secret')
    }
    const ask = await serveAlertmanagerApi(
      buildAlertmanagerApi({ options: { alerts: fail, groups: fail, dispatch: fail } }),
    )
    for (const path of ['alerts', 'alerts/groups', 'receivers', 'status']) {
      const { status, body } = await ask(`/api/v2/${path}`)
      expect([status, body]).toEqual([500, { code: 500, message: 'the answer could not be made' }])
    }
  })

  it('is left to others under another prefix, by which Grafana knows a Mimir', () => {
    expect(isAlertmanagerPath('/api/v2/alerts')).toBe(true)
    expect(isAlertmanagerPath('/alertmanager/api/v2/status')).toBe(false)
    expect(isAlertmanagerPath('/api/v1/alerts')).toBe(false)
  })
})

describe('the configuration that the status shows', () => {
  it('is what decides who hears, without how they are reached', async () => {
    const route = buildRoute({
      groupBy: 'all',
      routes: [
        buildRoute({
          receiver: 'oncall',
          groupBy: [],
          matchers: [
            { name: 'severity', operator: '=', value: 'page' },
            { name: 'odd name', operator: '!~', value: 'a"b' },
          ],
          continue: true,
          muteTimeIntervals: ['night'],
          activeTimeIntervals: ['office'],
        }),
      ],
    })
    const part = { times: [], weekdays: [], daysOfMonth: [], months: [], years: [], timeZone: 'UTC' }
    const ask = await serveAlertmanagerApi(
      buildAlertmanagerApi({
        options: {
          dispatch: () => ({
            route,
            inhibitRules: [
              {
                sourceMatchers: [{ name: 'a', operator: '=', value: '1' }],
                targetMatchers: [{ name: 'b', operator: '=~', value: '2' }],
                equal: ['service'],
              },
            ],
            timeIntervals: [
              { name: 'night', parts: [{ ...part, times: [{ start: 0, end: 390 }] }] },
              {
                name: 'office',
                parts: [
                  {
                    ...part,
                    weekdays: [{ start: 1, end: 5 }],
                    daysOfMonth: [{ start: -3, end: -1 }],
                    months: [{ start: 5, end: 5 }],
                    years: [{ start: 2026, end: 2027 }],
                    timeZone: 'Europe/Berlin',
                  },
                ],
              },
            ],
            receivers: ['sink', 'oncall'],
          }),
        },
      }),
    )
    const { body } = await ask('/api/v2/status')
    expect(body).toMatchObject({ config: { original: CONFIG } })
  })
})

const CONFIG = `route:
  receiver: sink
  group_by:
    - ...
  group_wait: 1s
  group_interval: 5s
  repeat_interval: 1h
  routes:
    - receiver: oncall
      continue: true
      matchers:
        - severity="page"
        - '"odd name"!~"a\\"b"'
      group_wait: 1s
      group_interval: 5s
      repeat_interval: 1h
      mute_time_intervals:
        - night
      active_time_intervals:
        - office
inhibit_rules:
  - source_matchers:
      - a="1"
    target_matchers:
      - b=~"2"
    equal:
      - service
receivers:
  - name: sink
  - name: oncall
time_intervals:
  - name: night
    time_intervals:
      - times:
          - start_time: 00:00
            end_time: 06:30
        location: UTC
  - name: office
    time_intervals:
      - weekdays:
          - monday:friday
        days_of_month:
          - -3:-1
        months:
          - "5"
        years:
          - 2026:2027
        location: Europe/Berlin
`
