import { execFile, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createAmtool } from '../conformance/alertmanager-api/run-amtool.js'
import { listenOnLoopback } from '../loopback.js'
import { findPeer } from '../peers/find-peer.js'
import { encodeTestTrace } from '../tempo-stand-in/test-trace.js'
import { makeFolder, startTracebell } from './tracebell-process.js'
import { makeTrace } from './traces.js'

const amtoolBinary = findPeer('amtool')
const hasCurl = spawnSync('curl', ['--version']).status === 0
if (amtoolBinary === undefined) console.log('skipped: no amtool binary (set AMTOOL_BIN)')
if (!hasCurl) console.log('skipped: no curl')

const run = promisify(execFile)
const ANY_PORT = '127.0.0.1:0'
const TOKEN = 'sesame'
const PASSWORD = 'op3n:it'

/** The command as one starts it, with a token and a password; its receiver counts what it is told. */
async function start() {
  const posts: string[] = []
  const hook = await listenOnLoopback(
    createServer((request, response) => {
      posts.push(request.url ?? '')
      request.resume()
      response.end()
    }),
  )
  const folder = await makeFolder()
  const receivers = [{ name: 'team', webhook_configs: [{ url: `${hook}/alerts` }] }]
  const route = { receiver: 'team', group_by: ['alertname'], group_wait: '0s', group_interval: '1s' }
  await writeFile(join(folder, 'tracebell.yaml'), JSON.stringify({ receivers, route }))
  const tracebell = startTracebell(
    {
      TRACEBELL_API_LISTEN: ANY_PORT,
      TRACEBELL_OTLP_HTTP_LISTEN: ANY_PORT,
      TRACEBELL_OTLP_GRPC_LISTEN: 'off',
      TRACEBELL_TEMPO_LISTEN: ANY_PORT,
      TRACEBELL_TOKEN: TOKEN,
      TRACEBELL_USERNAME: 'ann',
      TRACEBELL_PASSWORD: PASSWORD,
      TEMPO_ALERT_INTERVAL_SECS: '1',
      TEMPO_LOOKBACK_WINDOW_SECS: '3',
    },
    folder,
  )
  const otlp = await tracebell.said(/Receiving OTLP over HTTP url="([^"]+)"/)
  const api = await tracebell.said(/Metrics and health url="([^"]+)\/metrics"/)
  await tracebell.said('🔔 Trace-based alerting started')
  return { tracebell, api, posts, fail: () => sendFailed(otlp) }
}

async function sendFailed(otlp: string): Promise<void> {
  const response = await fetch(otlp, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(encodeTestTrace(makeTrace({ endMs: Date.now(), error: true }))),
  })
  expect(response.status).toBe(200)
}

/** The status that curl is answered. */
async function curl(url: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', ...args, url])
  return stdout
}

describe.skipIf(!hasCurl)('curl', () => {
  it('is let in with the token or the password, and with nothing else', async () => {
    const { tracebell, api } = await start()
    const url = `${api}/api/v2/alerts`
    const body = JSON.stringify({
      matchers: [{ name: 'service', value: 'shop', isRegex: false }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'ann',
      comment: 'x',
    })
    const post = ['-H', 'content-type: application/json', '-d', body]
    expect(await curl(url)).toBe('401')
    expect(await curl(url, '-u', 'ann:wrong')).toBe('401')
    expect(await curl(url, '-u', `bob:${PASSWORD}`)).toBe('401')
    expect(await curl(url, '-H', 'authorization: Bearer wrong')).toBe('401')
    expect(await curl(`${api}/api/v2/silences`, ...post)).toBe('401')
    expect(await curl(url, '-u', `ann:${PASSWORD}`)).toBe('200')
    expect(await curl(url, '-H', `authorization: Bearer ${TOKEN}`)).toBe('200')
    expect(await curl(`${api}/api/v2/silences`, '-u', `ann:${PASSWORD}`, ...post)).toBe('200')
    expect(await curl(`${api}/-/healthy`)).toBe('200')
    expect(tracebell.output()).not.toContain(PASSWORD)
    expect(await tracebell.stop()).toBe(0)
  })
})

const ACCESS = [
  ['a token', `authorization: {credentials: ${TOKEN}}`],
  ['a password', `basic_auth: {username: ann, password: '${PASSWORD}'}`],
] as const

describe.skipIf(amtoolBinary === undefined)('amtool with an HTTP configuration', () => {
  it.each(ACCESS)(
    'with %s silences an alert, which is told when the silence is over',
    async (_, httpConfig) => {
      const { tracebell, api, posts, fail } = await start()
      const amtool = await createAmtool(amtoolBinary ?? '', api, httpConfig)
      const nobody = await createAmtool(amtoolBinary ?? '', api, 'authorization: {credentials: wrong}')
      expect(await nobody('alert', 'query')).toMatchObject({ ok: false })

      // Failed traces make two: one of them, and one of their share.
      const silence = ['silence', 'add', 'alertname=~".+"', '-d', '6s', '-a', 'ann', '-c', 'x']
      expect(await amtool(...silence)).toMatchObject({ ok: true })
      const seen = { suppressed: false }
      while (posts.length === 0) {
        await fail()
        await sleep(400)
        const { output } = await amtool('alert', 'query', '--silenced', '-o', 'json')
        if (posts.length === 0 && output.includes('error_status')) seen.suppressed = true
      }
      expect(seen).toEqual({ suppressed: true })
      // When it was told nothing was silenced any more.
      expect((await amtool('silence', 'query', '-o', 'json')).output.trim()).toBe('[]')
      expect((await amtool('silence', 'query', '--expired', '-o', 'json')).output).toContain('.+')
      expect(await tracebell.stop()).toBe(0)
    },
  )
})
