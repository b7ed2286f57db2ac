import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAlertmanagerApiHandler } from '../../src/api/alertmanager/handler.js'
import { createApiHandler } from '../../src/api/handler.js'
import { requireAccess, type Access } from '../../src/api/require-access.js'
import { createOwnApiHandler } from '../../src/api/tracebell/handler.js'
import { decideRoute, describeMute } from '../../src/decide-route.js'
import { buildDispatch, dispatchSchema } from '../../src/dispatch/config.js'
import { MINUTE_MS } from '../../src/model/time.js'
import { createMemoryStore } from '../../src/store/memory-store.js'
import { buildAlertmanagerApi } from '../alertmanager-api.js'
import { listenOnLoopback } from '../loopback.js'
import { createTestClock } from '../test-clock.js'
import { makeFolder, startTracebell } from './tracebell-process.js'

const BASIC: Access = { token: undefined, basic: { username: 'ann', password: 'p:ö' } }
const KNOWN = { TRACEBELL_USERNAME: 'ann', TRACEBELL_PASSWORD: 'p:ö' }

/** Two alerts, an outbox with a dead entry, and no silence; behind a user name. */
async function serve(access: Access = BASIC) {
  const clock = createTestClock(Date.now() - MINUTE_MS)
  const at = clock.now()
  const alert = (labels: Readonly<Record<string, string>>) => ({
    labels: new Map(Object.entries(labels)),
    annotations: new Map([['summary', 'took \u001b[31mlong']]),
    startsAt: at,
    endsAt: at + 60 * MINUTE_MS,
    status: 'firing' as const,
    generatorUrl: '',
    value: 1,
    exemplars: [],
  })
  const silence = { kind: 'silence', id: '12345678-x', endsAt: at, createdBy: '', comment: '' } as const
  const slow = alert({ alertname: 'Slow', service: 'shop' })
  const inhibition = { kind: 'inhibition', rule: 0, source: slow.labels } as const
  const shown = { updatedAt: at, receivers: ['oncall'], isProcessed: true }
  const api = buildAlertmanagerApi(
    {
      alerts: [
        { ...shown, alert: slow, mutes: [] },
        { ...shown, alert: alert({ alertname: 'Failed', service: 'cart' }), mutes: [silence, inhibition] },
      ],
    },
    clock,
  )
  const route = { receiver: 'default', routes: [{ matchers: ['severity="page"'], receiver: 'oncall' }] }
  const plan = buildDispatch(
    dispatchSchema.parse({ receivers: [{ name: 'default' }, { name: 'oncall' }], route }),
  )
  if (plan === undefined) throw new Error('no plan')
  const store = createMemoryStore()
  const message = { contentType: 'text/plain', body: 'x', facts: {}, leftOut: 0 }
  const entry = {
    target: 'oncall/slack[0]',
    lane: 'alerts',
    groupKey: '{}:{}',
    status: 'firing',
    createdAt: at,
  } as const
  await store.dispatch({ at, outbox: [{ ...entry, idempotencyKey: 'k', message }], notices: [], ended: [] })
  const [{ id } = { id: -1 }] = await store.listOutbox()
  await store.dead(id, 'HTTP 404')
  const handler = createApiHandler({
    metrics: async () => '',
    metricsContentType: '',
    health: () => ({ state: 'healthy', failuresInARow: 0, lastGoodAt: at, lastError: undefined }),
    alertmanager: createAlertmanagerApiHandler(api.options),
    own: createOwnApiHandler({
      outbox: store,
      storeHealth: () => store.health(),
      clock,
      onRequeued: () => {},
      explain: (labels) => decideRoute(plan, labels, at),
      describeMute,
    }),
  })
  const origin = await listenOnLoopback(createServer(requireAccess(access, handler)))
  const command = createCommand({ ...KNOWN, TRACEBELL_API_LISTEN: new URL(origin).host })
  return { ...api, store, command, origin, deadId: String(id) }
}

interface Ended {
  readonly code: number | null
  /** Standard output and errors. */
  readonly said: string
}

function createCommand(variables: Readonly<Record<string, string>>, folder?: string) {
  return async (...args: readonly string[]): Promise<Ended> => {
    const started = startTracebell(variables, folder ?? (await makeFolder()), ...args)
    return { code: await started.ended, said: started.output() }
  }
}

/** By an alert that need not be among those that are shown. */
const INHIBITED =
  /Failed +suppressed +[\dms]+ +nobody: silence 12345678, inhibited by Slow\{service="shop"\} +service="cart"/

describe('tracebell alerts', () => {
  it('shows alerts and who is told, without what could steer the terminal', async () => {
    const { command } = await serve()
    const all = await command('alerts')
    expect(all.code).toBe(0)
    expect(all.said).toMatch(/^ALERT +STATE +FOR +TOLD +LABELS +SUMMARY\n/)
    expect(all.said).toMatch(/Slow +active +[\dms]+ +oncall +service="shop" +took \\u001b\[31mlong\n/)
    expect(all.said).toMatch(INHIBITED)
    expect((await command('alerts', 'Failed')).said).toMatch(INHIBITED)
    expect((await command('alerts', '--active', 'service=~"s.*"')).said).toMatch(/Slow(?![^]*Failed)/)
    const json = await command('alerts', 'Failed', '--json')
    expect(JSON.parse(json.said)).toMatchObject([{ labels: { alertname: 'Failed' } }])
    expect(json.said).not.toContain('\u001b')
  })

  it('says what is wrong with what is asked, and ends with 2', async () => {
    const { command } = await serve()
    expect(await command('alerts', 'service=~"("')).toEqual({
      code: 2,
      said: expect.stringContaining('matcher "service=~\\"(\\"": not a valid RE2'),
    })
    expect(await command('alerts', '"')).toEqual({ code: 2, said: expect.stringContaining('matcher "\\""') })
    expect(await command('alerts', '--url', 'ftp://u:hunter2@x')).toEqual({
      code: 2,
      said: '--url: expected an http:// or https:// address without user name and password\n',
    })
  })

  it('says who may ask, and ends with 2 where it may not', async () => {
    const { origin } = await serve({ token: 'other', basic: undefined })
    const ask = (variables: Readonly<Record<string, string>>) =>
      createCommand(variables)('alerts', '--url', origin)
    const refused = (text: string) => ({ code: 2, said: expect.stringContaining(text) })
    expect(await ask({})).toEqual(refused('wants to know who asks: set TRACEBELL_TOKEN'))
    expect(await ask({ TRACEBELL_TOKEN: 'wrong' })).toEqual(
      refused('did not take the token (TRACEBELL_TOKEN)'),
    )
    expect(await ask(KNOWN)).toEqual(refused('did not take the user name with the password'))
  })

  it.each<[string, Server, string]>([
    ['nobody', createServer((_, response) => void response.destroy()), 'no answer from http://127.0.0.1'],
    ['a page', createServer((_, response) => void response.end('<html>')), 'did not answer with JSON'],
    ['something else', createServer((_, response) => void response.end('[{}]')), 'is it a tracebell?'],
    [
      'an error',
      createServer((_, response) => void response.writeHead(500).end('"\u001bx"')),
      'answered 500: "\\u001bx"',
    ],
    [
      'somebody elsewhere',
      createServer((_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()),
      'answered 302',
    ],
  ])('ends with 3 where %s answers', async (_, server, complaint) => {
    const url = await listenOnLoopback(server)
    const command = createCommand({ TRACEBELL_TOKEN: 's3cr3t' })
    const ended = await command('alerts', '--url', url)
    expect(ended).toEqual({ code: 3, said: expect.stringContaining(complaint) })
    expect(ended.said).not.toContain('s3cr3t')
  })
})

describe('settings that are faulty elsewhere', () => {
  it.each(['alerts', 'silences', 'notifications'])('keep nobody from asking: %s', async (name) => {
    const { origin } = await serve()
    const folder = await makeFolder()
    const listen = `listen: {api: '${new URL(origin).host}', username: ann, password: 'p:ö'}`
    await writeFile(join(folder, 'tracebell.yaml'), `${listen}\nreceivers: 7\nroute: {receivr: x}\n`)
    const { code, said } = await createCommand({}, folder)(name)
    expect(said).toMatch(/^warning: the rest of the settings has \d faults, which tracebell check shows\n/)
    expect(code).toBe(0)
  })

  it('need not be whole where --url says whom to ask', async () => {
    const { origin } = await serve()
    const folder = await makeFolder()
    await writeFile(join(folder, 'tracebell.yaml'), 'listen: {api: [\n')
    const command = createCommand(KNOWN, folder)
    expect((await command('silences')).code).toBe(2)
    const { code, said } = await command('silences', '--url', origin)
    expect(said).toMatch(/^warning: the settings have \d faults?, which tracebell check shows/)
    expect(code).toBe(0)
  })
})

describe('tracebell silences', () => {
  it('adds, shows and ends them', async () => {
    const { command, silences } = await serve()
    const added = await command(
      'silences',
      'add',
      'Slow',
      'zone!~a|b',
      '--duration',
      '2h',
      '--comment',
      'up\u001bgrade',
      '--author',
      'bob',
    )
    const [silence] = silences.list()
    expect(added).toEqual({ code: 0, said: `${silence?.id}\n` })
    expect(silence).toMatchObject({
      createdBy: 'bob',
      matchers: [
        { name: 'alertname', operator: '=', value: 'Slow' },
        { name: 'zone', operator: '!~', value: 'a|b' },
      ],
    })
    const listed = await command('silences')
    expect(listed.said).toMatch(/ID +STATE +ENDS +BY +MATCHERS +COMMENT\n/)
    expect(listed.said).toMatch(/in 1h\d+m +bob +alertname="Slow" zone!~"a\|b" +up\\u001bgrade\n/)
    expect(await command('silences', 'expire', silence?.id ?? '')).toEqual({
      code: 0,
      said: `${silence?.id}\n`,
    })
    expect((await command('silences')).said).toBe('no silences\n')
    expect((await command('silences', 'list', '--expired')).said).toContain('expired')
    expect((await command('silences', 'expire', '8a8ae205-ea95-477a-b431-a724d750089c')).code).toBe(2)
  })

  it('imports what was exported', async () => {
    const [from, to] = [await serve(), await serve()]
    await from.command('silences', 'add', 'Slow', '--end', '2100-01-01', '--comment', 'x')
    const folder = await makeFolder()
    const file = join(folder, 's.json')
    await writeFile(file, (await from.command('silences', 'list', '--json')).said)
    expect((await to.command('silences', 'import', file)).code).toBe(0)
    expect(to.silences.list()).toMatchObject([{ comment: 'x', endsAt: Date.UTC(2100, 0, 1) }])
    await writeFile(file, '{}')
    expect(await to.command('silences', 'import', file)).toEqual({
      code: 2,
      said: expect.stringContaining('expected a list of at most 10000 silences'),
    })
  })

  it('wants to know why, and for how long', async () => {
    const { command, silences } = await serve()
    expect((await command('silences', 'add', 'Slow', '--duration', '2h')).code).toBe(2)
    expect(await command('silences', 'add', 'Slow', '--comment', 'x')).toEqual({
      code: 2,
      said: '--duration and --end: expected one of the two, to say how long the silence lasts\n',
    })
    expect(
      await command('silences', 'add', 'a=~"("', 'a=', '=b', '--start', 'soon', '--duration', '2'),
    ).toEqual({
      code: 2,
      said: expect.stringMatching(
        /^matcher "a=~\\"\(\\"": not a valid RE2 .*\nmatcher "=b": .*\n--start: found "soon", .*\n--duration: found "2", .*\n--comment: expected why, .*\n$/,
      ),
    })
    expect(silences.list()).toEqual([])
  })
})

describe('tracebell notifications', () => {
  it('shows what was given up, and puts it in again', async () => {
    const { command, store, deadId } = await serve()
    const listed = await command('notifications', '--state', 'dead')
    expect(listed.code).toBe(0)
    expect(listed.said).toMatch(
      /dead +[\dms]+ +1 +firing +oncall\/slack\[0\] +\{\}:\{\} +HTTP 404\n0 waiting, 1 dead, 0 delivered in the last 24h\n/,
    )
    expect(await command('notifications', 'retry', deadId)).toEqual({ code: 0, said: '1 put in again\n' })
    expect(await store.outboxSize()).toMatchObject({ waiting: 1, dead: 0 })
    expect(await command('notifications', 'retry', deadId)).toEqual({
      code: 1,
      said: expect.stringContaining('1 of 1 are not dead, or not there\n'),
    })
    const all = await command('notifications', 'retry', '--all', '--json')
    expect([all.code, JSON.parse(all.said)]).toEqual([0, { requeued: 0, overtaken: [] }])
    expect((await command('notifications', 'retry')).code).toBe(2)
    expect((await command('notifications', 'list', '--state', 'lost')).code).toBe(2)
  })

  it('says why one is not put in again, unless it is forced', async () => {
    const { command, store, deadId } = await serve()
    const [dead] = await store.listOutbox()
    if (dead === undefined) throw new Error('there is none')
    const { target, lane, groupKey, createdAt, message } = dead
    const over = {
      target,
      lane,
      groupKey,
      createdAt,
      message,
      status: 'resolved',
      idempotencyKey: 'k2',
    } as const
    await store.dispatch({ at: createdAt, outbox: [over], notices: [], ended: [] })
    const newer = dead.id + 1
    await store.delivered(newer, createdAt)
    expect(await command('notifications', 'retry', deadId)).toEqual({
      code: 1,
      said: expect.stringContaining(
        `${deadId} is overtaken by ${newer} (resolved, delivered), which tells the same target of the same group; --force sends it none the less\n`,
      ),
    })
    const all = await command('notifications', 'retry', '--all', '--json')
    const overtaken = [{ id: dead.id, by: { id: newer, state: 'delivered', status: 'resolved' } }]
    expect([all.code, JSON.parse(all.said)]).toEqual([0, { requeued: 0, overtaken }])
    const forced = await command('notifications', 'retry', deadId, '--force')
    expect(forced).toEqual({ code: 0, said: '1 put in again\n' })
    expect((await command('notifications')).said).toMatch(/waiting, next now +\S+ +1 +firing +oncall/)
  })
})

const SETTINGS = (url: string): string => `
receivers:
  - name: default
  - name: oncall
    webhook_configs: [{url: '${url}/hook', format: alertmanager}]
  - name: mail
    email_configs: [{to: a@example.com, from: b@example.com, smarthost: '127.0.0.1:1'}]
route:
  receiver: default
  routes:
    - {matchers: ['severity="page"'], receiver: oncall, continue: true, mute_time_intervals: [nights]}
    - {matchers: ['team=~"a|b"'], receiver: oncall}
    - {matchers: ['service="x"']}
time_intervals:
  - {name: nights, time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}]}]}
`

async function commandWithSettings(url: string) {
  const folder = await makeFolder()
  await writeFile(join(folder, 'tracebell.yaml'), SETTINGS(url))
  return createCommand({}, folder)
}

describe('tracebell route', () => {
  it('shows the way through the tree, and what mutes at the moment', async () => {
    const command = await commandWithSettings('http://127.0.0.1:1')
    const labels = ['--labels', 'severity=page', 'team=a']
    expect(await command('route', ...labels, '--at', '2026-11-24T03:00:00Z')).toEqual({
      code: 0,
      said: [
        'route -> default  matches',
        '  {severity="page"} -> oncall, continue  <- taken',
        '  {team=~"a|b"} -> oncall  <- taken',
        '  {service="x"} -> default  not asked, as one before it matches',
        '',
        'oncall:',
        '  group {}/{severity="page"}:{}',
        '  told after 30s, of changes every 5m, again every 4h',
        '  muted, as mute_time_intervals holds nights, which is now',
        'oncall:',
        '  group {}/{team=~"a|b"}:{}',
        '  told after 30s, of changes every 5m, again every 4h',
        'goes to: oncall',
        '',
      ].join('\n'),
    })
    const json = await command(
      'route',
      ...labels,
      '--at',
      '2026-11-24T12:00:00Z',
      '--json',
      '--expect',
      'oncall',
    )
    expect(json.code).toBe(0)
    expect(JSON.parse(json.said)).toMatchObject({
      receivers: ['oncall'],
      path: [{ outcome: 'entered' }, { outcome: 'taken' }, { outcome: 'taken' }, { outcome: 'not asked' }],
      routes: [{ mutes: [] }, { mutes: [] }],
    })
  })

  it('asks the running tracebell where it is told to', async () => {
    const { command } = await serve()
    const live = await command('route', '--live', '--labels', 'severity=page', '--expect', 'oncall')
    expect(live).toEqual({
      code: 0,
      said: expect.stringContaining('  {severity="page"} -> oncall  <- taken\n\noncall:\n'),
    })
    expect((await command('route', '--live', '--labels', 'a=b', '--at', '0')).code).toBe(2)
  })

  it('ends with 1 where others are told than expected, and with 2 for what are no labels', async () => {
    const command = await commandWithSettings('http://127.0.0.1:1')
    const unexpected = await command('route', '--labels', 'Slow', '--expect', 'oncall, default')
    expect(unexpected).toEqual({
      code: 1,
      said: expect.stringContaining('expected oncall, default to be told, found default\n'),
    })
    expect(await command('route', '--labels', 'a!=b')).toEqual({
      code: 2,
      said: '--labels: found a!=…, expected name=value\n',
    })
    expect(await createCommand({})('route', '--labels', 'a=b')).toEqual({
      code: 2,
      said: 'tracebell.yaml: found no receivers, expected receivers and a route to them\n',
    })
  })
})

describe('tracebell send-test', () => {
  it('shows what would be sent, and sends nothing', async () => {
    let requests = 0
    const url = await listenOnLoopback(
      createServer((_, response) => void response.end(String((requests += 1)))),
    )
    const command = await commandWithSettings(url)
    const preview = await command('send-test', 'oncall', '--preview')
    expect(preview.code).toBe(0)
    expect(preview.said).toMatch(/^oncall\/webhook\[0\]: application\/json, \d+ bytes\n\{\n/)
    expect(preview.said).toContain('This is a test of this receiver')
    const json = await command('send-test', 'oncall', '--preview', '--resolved', '--json')
    expect(JSON.parse(json.said)).toMatchObject([
      { kind: 'webhook', text: expect.stringContaining('"status": "resolved"') },
    ])
    const mail = await command('send-test', 'mail', '--preview')
    expect(mail.said).toMatch(/^mail\/email\[0\]: a mail, shown as JSON, \d+ bytes\n\{\n/)
    expect(requests).toBe(0)
  })

  it.each([
    [200, 0, /^oncall\/webhook\[0\]: delivered in \d+ ms\n$/],
    [404, 1, /^oncall\/webhook\[0\]: not delivered \(client_error\): .*404.*\n$/],
  ])('sends it once, and tells what came of %d', async (status, code, said) => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      request.resume()
      response.writeHead(status).end()
    })
    const command = await commandWithSettings(await listenOnLoopback(server))
    expect(await command('send-test', 'oncall')).toEqual({ code, said: expect.stringMatching(said) })
    expect(asked).toEqual(['POST /hook'])
  })

  it('knows only the receivers of the settings, and those that tell somebody', async () => {
    const command = await commandWithSettings('http://127.0.0.1:1')
    expect(await command('send-test', 'nobody')).toEqual({
      code: 2,
      said: 'receiver "nobody": not found; there are default, oncall, mail\n',
    })
    expect(await command('send-test', 'default')).toEqual({
      code: 2,
      said: 'default has no integrations: it tells nobody\n',
    })
  })
})

describe('every one of these commands', () => {
  it.each(['alerts', 'silences', 'notifications', 'route', 'send-test'])(
    '%s has help with an example',
    async (name) => {
      const { code, said } = await createCommand({})(name, '--help')
      expect(code).toBe(0)
      expect(said).toMatch(new RegExp(`Examples?:\n  tracebell ${name} ?`))
    },
  )
})
