import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAlertmanagerApiHandler } from '../../../src/api/alertmanager/handler.js'
import { requireAccess, type Access } from '../../../src/api/require-access.js'
import type { ShownAlert } from '../../../src/dispatch/show-dispatch.js'
import { MINUTE_MS, SECOND_MS } from '../../../src/model/time.js'
import { makeFolder } from '../../acceptance/tracebell-process.js'
import { buildAlertmanagerApi, buildRoute } from '../../alertmanager-api.js'
import { listenOnLoopback } from '../../loopback.js'
import { findPeer } from '../../peers/find-peer.js'
import { createTestClock } from '../../test-clock.js'
import { createAmtool } from './run-amtool.js'

const binary = findPeer('amtool')
if (binary === undefined) console.log('skipped: no amtool binary (set AMTOOL_BIN)')

const NOBODY: Access = { token: undefined, basic: undefined }

function shown(labels: Readonly<Record<string, string>>, at: number, changes: Partial<ShownAlert> = {}) {
  return {
    alert: {
      labels: new Map(Object.entries(labels)),
      annotations: new Map([['summary', `${labels['alertname']} it is`]]),
      startsAt: at - MINUTE_MS,
      endsAt: at + 4 * MINUTE_MS,
      status: 'firing' as const,
      generatorUrl: 'http://127.0.0.1:9320/rule',
      value: 1,
      exemplars: [],
    },
    updatedAt: at,
    receivers: ['oncall'],
    mutes: [],
    isProcessed: true,
    ...changes,
  }
}

/** amtool leaves out what has ended by its own clock: ours stays behind it, however a test moves it. */
async function serve(access: Access = NOBODY, httpConfig?: string) {
  const clock = createTestClock(Date.now() - 5 * SECOND_MS)
  const at = clock.now()
  const silence = { kind: 'silence', id: 's', endsAt: at, createdBy: 'ann', comment: '' } as const
  const alerts = [
    shown({ alertname: 'Slow', service: 'shop' }, at),
    shown({ alertname: 'Failed', service: 'shop' }, at, { mutes: [silence] }),
  ]
  const part = { weekdays: [], daysOfMonth: [], months: [], years: [], timeZone: 'Europe/Berlin' }
  const api = buildAlertmanagerApi(
    {
      alerts,
      options: {
        dispatch: () => ({
          route: buildRoute({
            routes: [
              buildRoute({
                receiver: 'oncall',
                matchers: [{ name: 'severity', operator: '=', value: 'page' }],
                groupBy: 'all',
                muteTimeIntervals: ['night'],
              }),
            ],
          }),
          inhibitRules: [
            {
              sourceMatchers: [{ name: 'severity', operator: '=', value: 'page' }],
              targetMatchers: [{ name: 'severity', operator: '=~', value: 'warn|info' }],
              equal: ['service'],
            },
          ],
          timeIntervals: [
            {
              name: 'night',
              parts: [
                {
                  ...part,
                  times: [{ start: 0, end: 390 }],
                  weekdays: [{ start: 1, end: 5 }],
                  daysOfMonth: [{ start: -3, end: -1 }],
                },
              ],
            },
          ],
          receivers: ['sink', 'oncall'],
        }),
      },
    },
    clock,
  )
  const handler = requireAccess(access, createAlertmanagerApiHandler(api.options))
  const url = await listenOnLoopback(createServer(handler))
  return { ...api, amtool: await createAmtool(binary ?? '', url, httpConfig) }
}

describe.skipIf(binary === undefined)('amtool', () => {
  it('lists alerts, all or as it asks', async () => {
    const { amtool } = await serve()
    const active = await amtool('alert', 'query')
    expect(active.output).toMatch(/Slow .* Slow it is +active/)
    expect(active.output).not.toContain('Failed')
    expect((await amtool('alert', 'query', '--silenced')).output).toMatch(/Failed .* suppressed/)
    const wide = await amtool('-o', 'extended', 'alert', 'query', 'service=shop', 'alertname=~Sl.*')
    expect(wide.output).toContain('alertname="Slow" service="shop"')
    expect(wide.output).toContain('http://127.0.0.1:9320/rule')
    expect((await amtool('alert', 'query', 'service=other')).output).not.toContain('Slow')
    const json = await amtool('-o', 'json', 'alert', 'query', '--receiver=oncall')
    expect(JSON.parse(json.output)).toMatchObject([{ labels: { alertname: 'Slow' } }])
  })

  it('adds, finds, changes and ends silences', async () => {
    const { amtool, silences, clock } = await serve()
    const added = await amtool(
      'silence',
      'add',
      'alertname=Slow',
      'zone!~"a|b"',
      '-d',
      '2h',
      '-c',
      'an "upgrade"',
      '--author=tester',
    )
    const id = added.output.trim()
    expect(silences.get(id)).toMatchObject({
      comment: 'an "upgrade"',
      createdBy: 'tester',
      matchers: [
        { name: 'alertname', operator: '=', value: 'Slow' },
        { name: 'zone', operator: '!~', value: 'a|b' },
      ],
    })
    expect((await amtool('silence', 'query', 'alertname=Slow')).output).toContain(id)
    expect((await amtool('silence', 'query', 'alertname=Other')).output).not.toContain(id)

    await clock.advance(1000)
    const changed = await amtool('silence', 'update', '-d', '5h', '-c', 'longer', id)
    expect(changed.output).toContain('longer')
    expect(silences.list()).toMatchObject([{ id, comment: 'longer' }])

    await clock.advance(1000)
    expect(await amtool('silence', 'expire', id)).toMatchObject({ ok: true })
    expect(await amtool('silence', 'expire', id)).toMatchObject({ ok: true })
    expect((await amtool('silence', 'query')).output).not.toContain(id)
    expect((await amtool('silence', 'query', '--expired')).output).toContain(id)
  })

  it('exports silences and imports them again', async () => {
    const [from, to] = [await serve(), await serve()]
    for (const name of ['A', 'B'])
      await from.amtool('silence', 'add', `alertname=${name}`, '-d', '1h', '-c', name)
    const exported = await from.amtool('-o', 'json', 'silence', 'query')
    const file = join(await makeFolder(), 'silences.json')
    await writeFile(file, exported.output)
    expect(await to.amtool('silence', 'import', file)).toMatchObject({ ok: true })
    expect(
      to.silences
        .list()
        .map(({ comment }) => comment)
        .toSorted(),
    ).toEqual(['A', 'B'])
  })

  it('is told what is wrong', async () => {
    const { amtool, silences } = await serve()
    const unknown = await amtool('silence', 'expire', '8a8ae205-ea95-477a-b431-a724d750089c')
    expect(unknown).toMatchObject({ ok: false, complaint: expect.stringContaining('404') })
    const everything = await amtool('silence', 'add', 'a=~".*"', '-d', '1h', '-c', 'x')
    expect(everything).toMatchObject({
      ok: false,
      complaint: expect.stringContaining('at least one matcher must not match the empty string'),
    })
    expect(silences.list()).toEqual([])
    const alert = await amtool('alert', 'add', 'foo=bar')
    expect(alert).toMatchObject({ ok: false, complaint: expect.stringContaining('501') })
  })

  it('shows the configuration, and routes by it', async () => {
    const { amtool } = await serve()
    expect((await amtool('config', 'show')).output).toContain('receiver: oncall')
    const routes = await amtool('config', 'routes', 'show')
    expect(routes).toMatchObject({ ok: true })
    expect(routes.output).toMatch(/default-route +receiver: sink/)
    expect(routes.output).toMatch(/\{severity="page"\} +receiver: oncall/)
    expect((await amtool('config', 'routes', 'test', 'severity=page')).output.trim()).toBe('oncall')
    expect((await amtool('config', 'routes', 'test', 'severity=warn')).output.trim()).toBe('sink')
    expect((await amtool('cluster', 'show')).output).toMatch(/Cluster Status: +disabled/)
  })

  it.each<[string, Access, string]>([
    ['a token', { token: 's3cr3t', basic: undefined }, 'authorization: {type: Bearer, credentials: s3cr3t}'],
    [
      'a user name',
      { token: undefined, basic: { username: 'ann', password: 'p:ö' } },
      'basic_auth: {username: ann, password: "p:ö"}',
    ],
  ])('comes in with %s, and not without', async (_, access, httpConfig) => {
    const withIt = await serve(access, httpConfig)
    expect((await withIt.amtool('alert', 'query')).output).toContain('Slow')
    const without = await serve(access)
    const refused = await without.amtool('alert', 'query')
    expect(refused).toMatchObject({ ok: false, complaint: expect.stringContaining('401') })
  })
})
