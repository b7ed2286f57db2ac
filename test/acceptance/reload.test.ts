import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, vi } from 'vitest'
import { listenOnLoopback } from '../loopback.js'
import { encodeTestTrace } from '../tempo-stand-in/test-trace.js'
import { makeFolder, startTracebell } from './tracebell-process.js'
import { makeTrace } from './traces.js'

const ANY_PORT = '127.0.0.1:0'
const VARIABLES = {
  TRACEBELL_API_LISTEN: ANY_PORT,
  TRACEBELL_OTLP_HTTP_LISTEN: ANY_PORT,
  TRACEBELL_OTLP_GRPC_LISTEN: 'off',
  TRACEBELL_TEMPO_LISTEN: ANY_PORT,
  TEMPO_ALERT_INTERVAL_SECS: '3600',
}

const RULES = `groups:
  - name: shop
    interval: 1s
    rules: [{alert: Slow, expr: '{ duration > 1s }', window: 10m, annotations: {summary: 'see {{ $externalURL }}'}}]
`

const ROUTE = '  group_by: [alertname]\n  group_wait: 0s\n  group_interval: 1s\n'

function settingsOf(receiver: string, url: string, more = ''): string {
  return `external_url: http://${receiver}.test
rule_files: [rules.yaml]
receivers:
  - name: ${receiver}
    webhook_configs: [{url: '${url}/${receiver}'}]
route:
  receiver: ${receiver}
${ROUTE}${more}`
}

/** A receiver that answers 503 below `/away`, and what it was sent, a text of path and alert each. */
async function startReceiver() {
  const posts: string[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      posts.push(
        `${request.url} ${/"alertname":"(\w+)"/.exec(body)?.[1]} ${/"externalURL":"([^"]*)"/.exec(body)?.[1]}`,
      )
      return response.writeHead(request.url === '/away' ? 503 : 200).end()
    })
  })
  return { origin: await listenOnLoopback(server), posts }
}

async function start(settings: string) {
  const folder = await makeFolder()
  const write = (name: string, content: string): Promise<void> => writeFile(join(folder, name), content)
  await write('rules.yaml', RULES)
  await write('tracebell.yaml', settings)
  const tracebell = startTracebell(VARIABLES, folder)
  const otlp = await tracebell.said(/Receiving OTLP over HTTP url="([^"]+)"/)
  const api = await tracebell.said(/Metrics and health url="([^"]+)\/metrics"/)
  await tracebell.said('🔔 Trace-based alerting started')
  const trace = makeTrace({ endMs: Date.now(), durationMs: 1500 })
  await fetch(otlp, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(encodeTestTrace(trace)),
  })
  const ask = async (path: string): Promise<string> => (await fetch(`${api}${path}`)).text()
  const reload = async () => {
    const response = await fetch(`${api}/-/reload`, { method: 'POST' })
    return `${response.status} ${await response.text()}`
  }
  return { tracebell, api, write, ask, reload }
}

const until = (holds: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(holds, { timeout: 30_000, interval: 50 })

describe('a configuration that changes while tracebell runs', () => {
  it('is taken by those who ask: others are told, and what is known is kept', async () => {
    const { origin, posts } = await startReceiver()
    const { write, ask, reload, api, tracebell } = await start(settingsOf('first', origin))
    await until(() => expect(posts).toEqual(['/first Slow http://first.test/']))
    const silence = {
      matchers: [{ name: 'alertname', value: 'other', isRegex: false, isEqual: true }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'me',
      comment: 'known',
    }
    await fetch(`${api}/api/v2/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(silence),
    })
    const active = async () => JSON.parse(await ask('/api/v1/alerts')).data.alerts[0].activeAt
    const since = await active()
    const lastEvaluation = async () => {
      const { groups } = JSON.parse(await ask('/api/v1/rules')).data
      return Date.parse(groups.find(({ name }: { name: string }) => name === 'shop').lastEvaluation)
    }

    await write(
      'tracebell.yaml',
      settingsOf('second', origin, 'listen: {api: "127.0.0.1:0"}\nlog: {level: debug}\n'),
    )
    expect(await reload()).toBe('200 the configuration was read again\n')
    await until(() =>
      expect(posts).toEqual(['/first Slow http://first.test/', '/second Slow http://second.test/']),
    )
    expect(await ask('/api/v2/receivers')).toBe('[{"name":"second"}]')
    expect(await ask('/api/v2/silences')).toContain('"comment":"known"')
    expect(await active()).toBe(since)
    await tracebell.said(
      'Settings have changed that count only after a restart settings="log.level (LOG_LEVEL)"',
    )

    // The same again: the group and what it was told are still known.
    expect(await reload()).toMatch(/^200 /)
    const reloadedAt = Date.now()
    await until(async () => expect(await lastEvaluation()).toBeGreaterThan(reloadedAt + 1000))
    await write('tracebell.yaml', settingsOf('third', origin))
    void tracebell.stop('SIGHUP')
    await until(() => expect(posts.at(-1)).toBe('/third Slow http://third.test/'))
    expect(posts).toHaveLength(3)
    expect(await tracebell.stop()).toBe(0)
  })

  it('changes nothing where it has faults, all of which are told', async () => {
    const { origin, posts } = await startReceiver()
    const { write, ask, reload, tracebell } = await start(settingsOf('first', origin))
    await write(
      'tracebell.yaml',
      settingsOf('second', origin, '  reciever: oncall\n').replace('receiver: second', 'receiver: nobody'),
    )
    await write('rules.yaml', RULES.replace('duration > 1s', 'duration >'))
    const answer = await reload()
    const faults = [
      'tracebell.yaml:7:13: route.receiver: found "nobody", expected one of receivers: second',
      'tracebell.yaml:11:3: route.reciever: unknown key; did you mean receiver?',
      'rules.yaml:4:47: groups[0].rules[0].expr: TraceQL: ',
    ]
    expect(answer).toMatch(/^500 the configuration was not taken:\n/)
    for (const fault of faults) {
      expect(answer).toContain(`\n  ${fault}`)
      await tracebell.said(`Configuration: ${fault}`)
    }
    expect(await ask('/metrics')).toContain('\ntracebell_config_last_reload_successful 0\n')
    expect(await ask('/api/v2/receivers')).toBe('[{"name":"first"}]')
    await until(() => expect(posts).toEqual(['/first Slow http://first.test/']))

    await write('tracebell.yaml', settingsOf('first', origin))
    await write('rules.yaml', RULES)
    expect(await reload()).toMatch(/^200 /)
    expect(await ask('/metrics')).toContain('\ntracebell_config_last_reload_successful 1\n')
  })

  it('gives up what waits for a receiver that is gone, and says so', async () => {
    const { origin, posts } = await startReceiver()
    const { write, ask, reload } = await start(settingsOf('away', origin))
    await until(() => expect(posts).toContain('/away Slow http://away.test/'))
    await write('tracebell.yaml', settingsOf('here', origin))
    expect(await reload()).toMatch(/^200 /)
    await until(() => expect(posts).toContain('/here Slow http://here.test/'))
    await until(async () => {
      const dead: unknown = JSON.parse(await ask('/api/tracebell/v1/notifications?state=dead'))
      expect(dead).toMatchObject({
        notifications: [
          { target: 'away/webhook[0]', lastError: 'the configuration has no away/webhook[0] any more' },
        ],
      })
    })
  })
})
