import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { makeFolder, startTracebell } from './tracebell-process.js'

const ANY_PORT = '127.0.0.1:0'

async function start(variables: Readonly<Record<string, string>> = {}) {
  const tracebell = startTracebell(
    {
      TRACEBELL_API_LISTEN: ANY_PORT,
      TRACEBELL_OTLP_HTTP_LISTEN: ANY_PORT,
      TRACEBELL_OTLP_GRPC_LISTEN: 'off',
      TRACEBELL_TEMPO_LISTEN: ANY_PORT,
      ...variables,
    },
    await makeFolder(),
  )
  const otlp = await tracebell.said(/Receiving OTLP over HTTP url="([^"]+)"/)
  const tempo = await tracebell.said(/Answering as a Tempo url="([^"]+)"/)
  const api = await tracebell.said(/Metrics and health url="([^"]+)\/metrics"/)
  return [otlp, `${tempo}/api/search`, `${api}/api/v1/rules`] as const
}

/** Asks an address while naming a host, as a browser does whose page has rebound a name. */
async function ask(url: string, host: string): Promise<string> {
  const asked = request(url, { method: 'GET', headers: { host }, agent: false }).end()
  const [response] = await once(asked, 'response')
  return `${response.statusCode} ${await text(response)}`
}

describe('listeners on loopback without a token', () => {
  it('answer nobody who names another machine, unless it is allowed', async () => {
    const urls = await start({ TRACEBELL_ALLOWED_HOSTS: 'bell.test' })
    for (const url of urls) {
      expect(await ask(url, 'evil.test')).toMatch(/^403 the host of this request /)
      for (const host of ['bell.test', 'localhost', '127.0.0.1:1'])
        expect(await ask(url, host)).not.toMatch(/^403 /)
    }
  })

  it('answer whoever has the token, where there is one', async () => {
    const [, , api] = await start({ TRACEBELL_TOKEN: 't' })
    expect(await ask(api, 'evil.test')).toMatch(/^401 /)
  })
})
