import { once } from 'node:events'
import { createServer, request, type OutgoingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../../test/loopback.js'
import type { Handler } from './listen.js'
import { requireToken } from './require-token.js'

const OPEN = ['/-/healthy', '/-/ready']

/** Serves behind a token, and counts who came through. */
async function serve(token: string | undefined, open?: readonly string[]) {
  let letThrough = 0
  const handler: Handler = (_, response) => {
    letThrough += 1
    response.end('inside')
  }
  const origin = await listenOnLoopback(createServer(requireToken(token, handler, open)))
  return { origin, letThrough: () => letThrough }
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

describe('requireToken', () => {
  it('changes nothing where no token is set', async () => {
    const handler: Handler = (_, response) => void response.end()
    expect(requireToken(undefined, handler)).toBe(handler)
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
    const { origin, letThrough } = await serve('s3cr3t', OPEN)
    const answer = await ask(origin, '/metrics?token=s3cr3t', headers)
    expect([answer.status, answer.headers['www-authenticate'], letThrough()]).toEqual([401, 'Bearer', 0])
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
