import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { failureOf } from '../../../test/notify/deliver.js'
import { type FarRequest, startFarEnd } from '../../../test/notify/far-end.js'
import { CA_FILE } from '../../../test/notify/mail-server.js'
import { startProxy } from '../../../test/notify/proxy.js'
import { listenOnLoopback } from '../../../test/loopback.js'
import { createSurroundings, type SurroundingsOptions } from '../../../test/notify/surroundings.js'
import { createTestClock } from '../../../test/test-clock.js'
import { HTTP_ANSWERS } from './answers.js'
import { httpSchema } from './http-schema.js'
import { createHttpSender } from './sender.js'

function create(http: object, surroundings: SurroundingsOptions = {}) {
  const sender = createHttpSender(createSurroundings(surroundings), {
    timeoutMs: 5000,
    http: httpSchema.parse(http),
  })
  onTestFinished(() => sender.close())
  const options = { answers: HTTP_ANSWERS, signal: new AbortController().signal, secrets: [] }
  return (url: string, body = '{}') =>
    sender.send({ url: new URL(url), headers: { 'content-type': 'application/json' }, body }, options)
}

/** A server with TLS, whose certificate is for localhost. */
async function startTlsEnd() {
  const requests: { readonly url: string; readonly body: string; readonly authorization: unknown }[] = []
  const key = readFileSync(CA_FILE.replace('.crt', '.key'))
  const server = createServer({ key, cert: readFileSync(CA_FILE) }, (request, response) => {
    const receive = async (): Promise<void> => {
      const { url = '', headers } = request
      requests.push({ url, body: await text(request), authorization: headers['proxy-authorization'] })
      response.end('taken')
    }
    receive().catch(() => response.destroy())
  })
  const { port } = new URL(await listenOnLoopback(server))
  return { origin: `https://localhost:${port}`, requests }
}

const TLS = { ca_file: CA_FILE }

describe('a proxy', () => {
  it('is passed through a tunnel to a server with TLS, whose certificate is checked', async () => {
    const [proxy, far] = [await startProxy(), await startTlsEnd()]
    const send = create({ proxy_url: proxy.origin, tls_config: TLS })
    expect(await send(`${far.origin}/a?b`, 'one')).toBe('taken')
    await send(far.origin, 'two')
    const host = new URL(far.origin).host
    expect([...new Set(proxy.asked)]).toEqual([`CONNECT ${host}`])
    expect(far.requests).toMatchObject([{ url: '/a?b', body: 'one' }, { body: 'two' }])
    const strict = create({ proxy_url: proxy.origin })
    const error = await failureOf(strict(far.origin))
    expect(error).toMatchObject({ reason: 'network', retryable: true })
    expect(error.message).toContain('self-signed certificate')
  })

  it('is told who asks, and the server is not', async () => {
    const authorization = `Basic ${Buffer.from('me:s3cret pass').toString('base64')}`
    const [proxy, far] = [await startProxy({ authorization }), await startTlsEnd()]
    const address = proxy.origin.replace('http://', 'http://me:${PASSWORD}@')
    const environment = { PASSWORD: 's3cret%20pass' }
    await create({ proxy_url: address, tls_config: TLS }, { environment })(far.origin)
    expect(far.requests).toMatchObject([{ authorization: undefined }])
    const wrong = create({ proxy_url: address, tls_config: TLS }, { environment: { PASSWORD: 'wr0ng' } })
    const error = await failureOf(wrong(far.origin))
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining('407') })
    expect(error.message).not.toContain('wr0ng')
    expect(far.requests).toHaveLength(1)
  })

  it('is sent the whole address of a server without TLS', async () => {
    const authorization = `Basic ${Buffer.from('me:pw').toString('base64')}`
    const [proxy, far] = [await startProxy({ authorization }), await startFarEnd()]
    const send = create({ proxy_url: proxy.origin.replace('//', '//me:pw@') })
    await send(`${far.origin}/a?b`, 'one')
    expect(proxy.asked).toEqual([`POST ${far.origin}/a?b`])
    expect(far.requests).toMatchObject([
      { url: '/a?b', body: 'one', headers: { via: '1.1 test', host: new URL(far.origin).host } },
    ])
    expect(await failureOf(create({ proxy_url: proxy.origin })(far.origin))).toMatchObject({
      retryable: true,
    })
  })

  it('is left out where no_proxy says so, and for this machine where the variables name it', async () => {
    const [proxy, far] = [await startProxy(), await startFarEnd()]
    await create({ proxy_url: proxy.origin, no_proxy: 'x.test, 127.0.0.0/8' })(far.origin)
    const environment = { HTTP_PROXY: proxy.origin, HTTPS_PROXY: proxy.origin }
    await create({ proxy_from_environment: true }, { environment })(far.origin)
    await create({}, { environment })(far.origin)
    expect([proxy.asked, far.requests.length]).toEqual([[], 3])
  })

  it('is found by variables', async () => {
    const proxy = await startProxy({ authorization: 'Basic x' })
    const send = create({ proxy_from_environment: true }, { environment: { https_proxy: proxy.origin } })
    expect((await failureOf(send('https://far.invalid/x'))).message).toContain('407')
    expect(proxy.asked).toEqual(['CONNECT far.invalid:443'])
  })

  it('that is away or never answers costs an attempt', async () => {
    const away = await failureOf(create({ proxy_url: 'http://127.0.0.1:1' })('https://far.invalid'))
    expect(away).toMatchObject({ reason: 'network', retryable: true })
    const clock = createTestClock()
    const proxy = await startProxy({ hangs: true })
    const late = failureOf(create({ proxy_url: proxy.origin }, { clock })('https://far.invalid'))
    while (proxy.asked.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(5000)
    expect(await late).toMatchObject({ reason: 'timeout', retryable: true })
  })
})

const GRANT = { access_token: 't0ken-1', token_type: 'Bearer', expires_in: 3600 }
const OAUTH = { client_id: 'tracebell', client_secret: 's3cret/+', scopes: ['alerts', 'more'] }

/** A server of tokens that numbers them, and a service that takes those that it is told to. */
async function startOAuth(grant: (request: FarRequest, index: number) => object | number = () => ({})) {
  const tokens = await startFarEnd((request, index) => {
    const answer = grant(request, index)
    if (typeof answer === 'number')
      return { status: answer, body: '{"error":"invalid_client","error_description":"s3cret/+"}' }
    return { body: JSON.stringify({ ...GRANT, access_token: `t0ken-${index + 1}`, ...answer }) }
  })
  const refused = new Set<string>()
  const far = await startFarEnd(({ headers }) => ({
    status: refused.has(headers.authorization ?? '') ? 401 : 200,
    body: 'taken',
  }))
  const authorizations = () => far.requests.map(({ headers }) => headers.authorization)
  return { tokens, far, refused, authorizations, config: { ...OAUTH, token_url: `${tokens.origin}/token` } }
}

describe('oauth2', () => {
  // https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2
  it('asks for a token with the credentials of the client, and keeps it until it expires', async () => {
    const { tokens, far, authorizations, config } = await startOAuth()
    const clock = createTestClock()
    const send = create({ oauth2: { ...config, endpoint_params: { audience: 'x y' } } }, { clock })
    await send(far.origin)
    await send(far.origin)
    expect(tokens.requests).toMatchObject([
      {
        method: 'POST',
        url: '/token',
        body: 'grant_type=client_credentials&scope=alerts+more&audience=x+y',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${Buffer.from('tracebell:s3cret%2F%2B').toString('base64')}`,
        },
      },
    ])
    await clock.advance(3_590_000)
    await send(far.origin)
    expect(authorizations()).toEqual(['Bearer t0ken-1', 'Bearer t0ken-1', 'Bearer t0ken-2'])
  })

  it('asks once for many at a time', async () => {
    const { tokens, far, config } = await startOAuth()
    const send = create({ oauth2: config })
    await Promise.all([1, 2, 3, 4].map(() => send(far.origin)))
    expect([tokens.requests.length, far.requests.length]).toEqual([1, 4])
  })

  it('puts its credentials into the form where a server does not take the header, and remembers that', async () => {
    const { tokens, far, config } = await startOAuth(({ headers }) =>
      headers.authorization === undefined ? { expires_in: 1 } : 401,
    )
    const send = create({ oauth2: config })
    await send(far.origin)
    await send(far.origin)
    expect(tokens.requests.map(({ body }) => body.includes('client_secret=s3cret%2F%2B'))).toEqual([
      false,
      true,
      true,
    ])
  })

  it('asks anew, and posts once more, where a token that was kept is taken no more', async () => {
    const { tokens, far, refused, authorizations, config } = await startOAuth()
    const send = create({ oauth2: config })
    await send(far.origin)
    refused.add('Bearer t0ken-1')
    expect(await send(far.origin)).toBe('taken')
    expect(authorizations()).toEqual(['Bearer t0ken-1', 'Bearer t0ken-1', 'Bearer t0ken-2'])
    refused.add('Bearer t0ken-2').add('Bearer t0ken-3')
    expect(await failureOf(send(far.origin))).toMatchObject({ reason: 'unauthorized', retryable: false })
    expect(tokens.requests).toHaveLength(3)
  })

  it.each<[string, object | number, string, string]>([
    ['a refusal', 400, 'unauthorized', 'invalid_client'],
    ['a server that is unwell', 503, 'server_error', 'HTTP 503'],
    ['no token', { access_token: undefined }, 'server_error', 'no bearer token'],
    ['a token that is none', { access_token: 'a\nb' }, 'server_error', 'no bearer token'],
    ['a token of another type', { token_type: 'mac' }, 'server_error', 'no bearer token'],
  ])('may do better later after %s, and tells no secret', async (_, answer, reason, words) => {
    const { far, config } = await startOAuth(() => answer)
    const error = await failureOf(create({ oauth2: config })(far.origin))
    expect(error).toMatchObject({ reason, retryable: true, message: expect.stringContaining(words) })
    expect(error.message).toMatch(/^no token: /)
    expect(error.message).not.toMatch(/s3cret|t0ken/)
    expect(far.requests).toEqual([])
  })

  it('goes through a proxy of its own', async () => {
    const [proxy, { far, config }] = [await startProxy(), await startOAuth()]
    await create({ oauth2: { ...config, proxy_url: proxy.origin } })(far.origin)
    expect(proxy.asked).toEqual([`POST ${config.token_url}`])
  })

  it('tells no token in the error of a service that tells all that it was sent', async () => {
    const { config } = await startOAuth()
    const far = await startFarEnd(({ headers }) => ({ status: 400, body: JSON.stringify(headers) }))
    const sender = createHttpSender(createSurroundings(), {
      timeoutMs: 5000,
      http: httpSchema.parse({ oauth2: config }),
    })
    onTestFinished(() => sender.close())
    const error = await failureOf(
      sender.send(
        { url: new URL(far.origin), headers: {}, body: '' },
        { answers: HTTP_ANSWERS, signal: new AbortController().signal, secrets: [], quote: (said) => said },
      ),
    )
    expect(error.message).toContain('<secret>')
    expect(error.message).not.toContain('t0ken')
  })
})
