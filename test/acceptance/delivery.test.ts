import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, vi } from 'vitest'
import { listenOnLoopback } from '../loopback.js'
import { encodeTestTrace } from '../tempo-stand-in/test-trace.js'
import { makeFolder, startTracebell } from './tracebell-process.js'
import { makeTrace, type TraceOptions } from './traces.js'

const ANY_PORT = '127.0.0.1:0'
const VARIABLES = {
  TRACEBELL_API_LISTEN: ANY_PORT,
  TRACEBELL_OTLP_HTTP_LISTEN: ANY_PORT,
  TRACEBELL_OTLP_GRPC_LISTEN: 'off',
  TRACEBELL_TEMPO_LISTEN: ANY_PORT,
  TEMPO_ALERT_INTERVAL_SECS: '1',
  TEMPO_LOOKBACK_WINDOW_SECS: '3',
}

interface Post {
  readonly path: string
  readonly key: string
  readonly body: string
}

/** What receivers are sent, and what they answer: 200, or the status that `answer` says. */
async function startReceiver() {
  const posts: Post[] = []
  let status = 200
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      posts.push({ path: request.url ?? '', key: String(request.headers['idempotency-key']), body })
      return response.writeHead(status).end()
    })
  })
  const origin = await listenOnLoopback(server)
  return { origin, posts, answer: (next: number) => void (status = next) }
}

/** A folder with settings that tell this receiver of alerts, grouped by their names, and of anomalies. */
async function makeSettings(origin: string): Promise<string> {
  const folder = await makeFolder()
  const settings = `
receivers:
  - name: people
    webhook_configs: [{url: '${origin}/alerts'}]
  - name: machines
    webhook_configs: [{url: '${origin}/anomalies', format: anomaly}]
route: {receiver: people, group_by: [alertname], group_wait: 0s, group_interval: 1s}
`
  await writeFile(join(folder, 'tracebell.yaml'), settings)
  return folder
}

async function start(folder: string) {
  const tracebell = startTracebell(VARIABLES, folder)
  const otlp = await tracebell.said(/Receiving OTLP over HTTP url="([^"]+)"/)
  const api = await tracebell.said(/Metrics and health url="([^"]+)\/metrics"/)
  await tracebell.said('🔔 Trace-based alerting started')
  return { tracebell, otlp, api }
}

async function send(otlp: string, options: Partial<TraceOptions>): Promise<string> {
  const trace = makeTrace({ endMs: Date.now(), ...options })
  const response = await fetch(otlp, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(encodeTestTrace(trace)),
  })
  expect(response.status).toBe(200)
  return trace.traceId
}

const until = (holds: () => void): Promise<void> => vi.waitFor(holds, { timeout: 30_000, interval: 50 })
const to = (path: string, posts: readonly Post[]): readonly Post[] =>
  posts.filter((post) => post.path === path)
const wordsOf = (posts: readonly Post[]): readonly string[] =>
  posts.map(({ body }) => `${/"alertname":"(\w+)"/.exec(body)?.[1]} ${/"status":"(\w+)"/.exec(body)?.[1]}`)

describe('tracebell with receivers', () => {
  it('tells of alerts in groups when they begin and when they end, and of each anomaly once', async () => {
    const { origin, posts } = await startReceiver()
    const { otlp, api, tracebell } = await start(await makeSettings(origin))
    const traceIds = [await send(otlp, { durationMs: 1500 }), await send(otlp, { durationMs: 1600 })]
    await until(() => expect(wordsOf(to('/alerts', posts))).toContain('high_latency resolved'))
    expect(wordsOf(to('/alerts', posts))[0]).toBe('high_latency firing')
    const anomalies = to('/anomalies', posts)
    expect(anomalies).toHaveLength(2)
    for (const traceId of traceIds)
      expect(anomalies.filter(({ body }) => body.includes(traceId))).toHaveLength(1)
    const status: unknown = await (await fetch(`${api}/api/v2/status`)).json()
    expect(status).toMatchObject({ config: { original: expect.stringContaining('receiver: people') } })
    expect(await tracebell.stop()).toBe(0)
  })

  it('tells nobody of what a silence matches', async () => {
    const { origin, posts } = await startReceiver()
    const { otlp, api } = await start(await makeSettings(origin))
    const silence = await fetch(`${api}/api/v2/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'alertname', value: 'high_latency', isRegex: false, isEqual: true }],
        startsAt: new Date().toISOString(),
        endsAt: new Date(Date.now() + 3_600_000).toISOString(),
        createdBy: 'me',
        comment: 'known',
      }),
    })
    expect(silence.status).toBe(200)
    await send(otlp, { durationMs: 1500 })
    await send(otlp, { error: true })
    await until(() => expect(to('/anomalies', posts).length).toBeGreaterThan(0))
    await until(() => expect(wordsOf(to('/alerts', posts))).toContain('error_status firing'))
    expect(posts.filter(({ body }) => body.includes('high_latency'))).toEqual([])
    const alerts: unknown = await (
      await fetch(`${api}/api/v2/alerts?filter=alertname%3D%22high_latency%22`)
    ).json()
    expect(alerts).toMatchObject([{ status: { state: 'suppressed' } }])
  })

  it('delivers after it was killed what it had found before, once and under the same key', async () => {
    const { origin, posts, answer } = await startReceiver()
    answer(503)
    const folder = await makeSettings(origin)
    const first = await start(folder)
    const traceId = await send(first.otlp, { durationMs: 1500 })
    await until(() => expect(to('/anomalies', posts).length).toBeGreaterThan(0))
    await until(() => expect(to('/alerts', posts).length).toBeGreaterThan(0))
    await first.tracebell.stop('SIGKILL')
    const before = posts.length
    answer(200)
    await start(folder)
    const delivered = (): readonly Post[] => posts.slice(before)
    await until(() => expect(to('/anomalies', delivered())).toHaveLength(1))
    await until(() => expect(wordsOf(to('/alerts', delivered()))).toContain('high_latency resolved'))
    const [anomaly] = to('/anomalies', delivered())
    expect(anomaly?.body).toContain(traceId)
    expect(new Set(to('/anomalies', posts).map(({ key, body }) => `${key} ${body}`)).size).toBe(1)
    const firing = to('/alerts', posts).filter(({ body }) => body.includes('"status":"firing"'))
    expect(new Set(firing.map(({ key, body }) => `${key} ${body}`)).size).toBe(1)
  })
})
