import { once } from 'node:events'
import { createServer, request, type OutgoingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../../test/loopback.js'
import type { Handler } from './listen.js'
import { requireAccess, type Access } from './require-access.js'

const OPEN = ['/-/healthy', '/-/ready']

const byToken = (token: string | undefined): Access => ({ token, basic: undefined })

/** Serves behind a token or other credentials, and counts who came through and who did not. */
async function serve(access: string | undefined | Access, open: readonly string[] = []) {
  let [letThrough, refused] = [0, 0]
  const handler: Handler = (_, response) => {
    letThrough += 1
    response.end('inside')
  }
  const onRefused = (): void => void (refused += 1)
  const wanted = typeof access === 'object' ? access : byToken(access)
  const origin = await listenOnLoopback(createServer(requireAccess(wanted, handler, { open, onRefused })))
  return { origin, letThrough: () => letThrough, refused: () => refused }
}

/** Sends a path as it stands, which `fetch` would tidy up. */
async function ask(origin: string, path: string, headers: OutgoingHttpHeaders = {}, body?: string) {
  const { hostname, port } = new URL(origin)
  const asked = request({
    hostname,
    port,
    path,
    headers,
    agent: false,
    method: body === undefined ? 'GET' : 'POST',
  })
  asked.end(body)
  const [response] = await once(asked, 'response')
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

describe('requireAccess', () => {
  it('changes nothing where no token is set', async () => {
    const handler: Handler = (_, response) => void response.end()
    expect(requireAccess(byToken(undefined), handler)).toBe(handler)
    const { origin } = await serve(undefined)
    expect((await ask(origin, '/')).status).toBe(200)
  })

  it.each([
    ['s3cr3t', 'Bearer s3cr3t'],
    ['s3cr3t', '  Bearer s3cr3t  '],
    ['two words', 'Bearer two words'],
    ['café', 'Bearer café'],
    ['x'.repeat(4000), `Bearer ${'x'.repeat(4000)}`],
  ])('lets %j through with %j', async (token, authorization) => {
    const { origin, letThrough } = await serve(token)
    const answer = await ask(origin, '/metrics', { authorization })
    expect([answer.status, answer.body, letThrough()]).toEqual([200, 'inside', 1])
  })

  it.each<[string, OutgoingHttpHeaders]>([
    ['nothing', {}],
    ['an empty text', { authorization: '' }],
    ['the token alone', { authorization: 's3cr3t' }],
    ['no token', { authorization: 'Bearer ' }],
    ['another token', { authorization: 'Bearer other' }],
    ['the beginning of the token', { authorization: 'Bearer s3cr3' }],
    ['the token and more', { authorization: 'Bearer s3cr3t!' }],
    ['the token in other case', { authorization: 'Bearer S3CR3T' }],
    ['the token twice', { authorization: 'Bearer s3cr3t, Bearer s3cr3t' }],
    ['another scheme', { authorization: 'Basic s3cr3t' }],
    ['the token as a user', { authorization: `Basic ${Buffer.from('s3cr3t:').toString('base64')}` }],
    ['another header', { 'x-authorization': 'Bearer s3cr3t' }],
    ['a long text', { authorization: `Bearer ${'x'.repeat(8000)}` }],
  ])('answers 401 to %s', async (_, headers) => {
    const { origin, letThrough, refused } = await serve('s3cr3t', OPEN)
    const answer = await ask(origin, '/metrics?token=s3cr3t', headers)
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer'])
    expect([letThrough(), refused()]).toEqual([0, 1])
    expect(answer.body).toBe('a bearer token is needed: authorization: Bearer <TRACEBELL_TOKEN>\n')
  })

  it('answers 401 to a request with a large body too', async () => {
    const { origin, letThrough } = await serve('s3cr3t')
    const answer = await ask(origin, '/v1/traces', {}, 'x'.repeat(2_000_000))
    expect([answer.status, letThrough()]).toEqual([401, 0])
  })

  it.each([
    ['/-/healthy', 200],
    ['/-/ready', 200],
    ['/-/ready?verbose', 200],
    ['/-/ready/', 401],
    ['/-/ready/../../metrics', 401],
    ['/-/healthy%2f..%2fmetrics', 401],
    ['//-/ready', 401],
    ['/-/Ready', 401],
    ['/metrics?/-/ready', 401],
    ['/', 401],
  ])('without a token answers %s with %d', async (path, status) => {
    const { origin } = await serve('s3cr3t', OPEN)
    expect((await ask(origin, path)).status).toBe(status)
  })

  it('opens no path unless told to', async () => {
    const { origin } = await serve('s3cr3t')
    expect((await ask(origin, '/-/ready')).status).toBe(401)
  })
})

const basic = (credentials: string | Buffer): string => `Basic ${Buffer.from(credentials).toString('base64')}`
const ANN = { username: 'ann', password: 'pa:ss wörd' }

describe('requireAccess with a user name', () => {
  it.each<[string, Access, string]>([
    ['name and password', { token: undefined, basic: ANN }, basic('ann:pa:ss wörd')],
    ['the scheme in other case', { token: undefined, basic: ANN }, basic('ann:pa:ss wörd').replace('B', 'b')],
    [
      'an empty password that is right',
      { token: undefined, basic: { username: 'ann', password: '' } },
      basic('ann:'),
    ],
    ['either: the token', { token: 's3cr3t', basic: ANN }, 'Bearer s3cr3t'],
    ['either: name and password', { token: 's3cr3t', basic: ANN }, basic('ann:pa:ss wörd')],
  ])('lets through by %s', async (_, access, authorization) => {
    const { origin, letThrough, refused } = await serve(access)
    expect((await ask(origin, '/', { authorization })).status).toBe(200)
    expect([letThrough(), refused()]).toEqual([1, 0])
  })

  it.each<[string, OutgoingHttpHeaders]>([
    ['nothing', {}],
    ['no credentials', { authorization: 'Basic ' }],
    ['what is no base64', { authorization: 'Basic ann:pa:ss' }],
    ['the name alone', { authorization: basic('ann') }],
    ['an empty password', { authorization: basic('ann:') }],
    ['another password', { authorization: basic('ann:pa:ss word') }],
    ['the beginning of the password', { authorization: basic('ann:pa:ss wör') }],
    ['the password and more', { authorization: basic('ann:pa:ss wörd ') }],
    ['another name', { authorization: basic('bob:pa:ss wörd') }],
    ['another encoding', { authorization: basic(Buffer.from('ann:pa:ss wörd', 'latin1')) }],
    ['the password as a token', { authorization: 'Bearer ann:pa:ss wörd' }],
    ['the token as a password', { authorization: basic('ann:s3cr3t') }],
    ['both at once', { authorization: `Bearer s3cr3t, ${basic('ann:pa:ss wörd')}` }],
  ])('answers 401 to %s', async (_, headers) => {
    const { origin, letThrough, refused } = await serve({ token: 's3cr3t', basic: ANN })
    const answer = await ask(origin, '/', headers)
    expect([answer.status, letThrough(), refused()]).toEqual([401, 0, 1])
    expect(answer.headers['www-authenticate']).toBe('Bearer, Basic realm="tracebell", charset="UTF-8"')
    expect(answer.body).toContain('TRACEBELL_TOKEN')
    expect(answer.body).toContain('TRACEBELL_USERNAME and TRACEBELL_PASSWORD')
  })

  it('asks for a name alone where there is no token, and no token is right then', async () => {
    const { origin } = await serve({ token: undefined, basic: ANN })
    for (const authorization of ['Bearer ', 'Bearer undefined', 'Bearer ann']) {
      const answer = await ask(origin, '/', { authorization })
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([
        401,
        'Basic realm="tracebell", charset="UTF-8"',
      ])
      expect(answer.body).toBe(
        'a user name and a password are needed: TRACEBELL_USERNAME and TRACEBELL_PASSWORD\n',
      )
    }
  })
})
