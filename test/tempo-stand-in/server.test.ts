import { describe, expect, it, onTestFinished } from 'vitest'
import { A, setUp, span } from './asking.js'
import type { Fault } from './fault.js'

async function serve() {
  const { clock, tempo } = setUp()
  tempo.push({ traceId: A, spans: [span(clock.now())] })
  await clock.advance(60_000)
  const server = await tempo.listen()
  onTestFinished(() => server.close())
  return { clock, tempo, server, search: `${server.url}/api/search` }
}

/** The body; or what went wrong with the connection. */
async function read(url: string, signal?: AbortSignal): Promise<string> {
  try {
    const response = await fetch(url, { redirect: 'manual', ...(signal && { signal }) })
    return `${response.status} ${await response.text()}`
  } catch (error) {
    const cause: unknown = error instanceof Error ? (error.cause ?? error) : error
    const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined
    return `failed ${String(code)}`
  }
}

describe('the server', () => {
  it('gives the true answer, also compressed, and logs what it received', async () => {
    const { tempo, search } = await serve()
    const truth = tempo.respond('GET', '/api/search?limit=5')
    const plain = await fetch(`${search}?limit=5`, { headers: { 'accept-encoding': 'identity', 'x-a': 'b' } })
    const zipped = await fetch(`${search}?limit=5`, { headers: { 'accept-encoding': 'gzip' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(zipped.headers.get('content-encoding')).toBe('gzip')
    expect([await plain.text(), await zipped.text()]).toEqual([truth?.body, truth?.body])
    expect(tempo.requests).toHaveLength(2)
    expect(tempo.requests[0]).toMatchObject({
      method: 'GET',
      target: '/api/search?limit=5',
      path: '/api/search',
      params: { limit: '5' },
      headers: { 'x-a': 'b' },
    })
  })

  it.each<{ fault: Fault; expected: string | RegExp }>([
    { fault: { kind: 'answer', status: 503, body: 'later' }, expected: '503 later' },
    { fault: { kind: 'answer', status: 200, body: '{"traces":7}' }, expected: '200 {"traces":7}' },
    { fault: { kind: 'not-json' }, expected: /^200 <!doctype html>/ },
    { fault: { kind: 'wrong-types' }, expected: /^200 \{"traces":\[\{"traceID":1,.*"durationMs":"20"/ },
    { fault: { kind: 'redirect', location: 'http://127.0.0.1:1/' }, expected: '302 ' },
    { fault: { kind: 'cut' }, expected: 'failed UND_ERR_SOCKET' },
    { fault: { kind: 'reset' }, expected: /^failed (ECONNRESET|UND_ERR_SOCKET)$/ },
  ])('misbehaves once as told: $fault', async ({ fault, expected }) => {
    const { tempo, search } = await serve()
    const truth = await read(search)
    tempo.fail(fault, { times: 1 })
    expect(await read(search)).toMatch(expected)
    expect(await read(search)).toBe(truth)
  })

  it('keeps a fault to its path, one after the other, until healed', async () => {
    const { tempo, server, search } = await serve()
    tempo.fail({ kind: 'answer', status: 500 }, { path: '/api/search', times: 2 })
    tempo.fail({ kind: 'answer', status: 429 }, { path: '/api/search' })
    expect(await read(`${server.url}/ready`)).toBe('200 ready\n')
    const answers = [await read(search), await read(search), await read(search), await read(search)]
    expect(answers).toEqual(['500 ', '500 ', '429 ', '429 '])
    tempo.heal()
    expect(await read(search)).toMatch(/^200 /)
  })

  it('hangs until the client gives up', async () => {
    const { tempo, search } = await serve()
    tempo.fail({ kind: 'hang' })
    const giveUp = new AbortController()
    const answer = read(search, giveUp.signal)
    await tempo.received(1)
    giveUp.abort()
    expect(await answer).toMatch(/^failed /)
  })

  it('is slow in the time of its clock', async () => {
    const { clock, tempo, search } = await serve()
    tempo.fail({ kind: 'delay', ms: 5_000 })
    let answered = false
    const answer = read(search).finally(() => {
      answered = true
    })
    await tempo.received(1)
    await clock.advance(4_999)
    expect([answered, clock.sleeping]).toEqual([false, 1])
    await clock.advance(1)
    expect(await answer).toMatch(/^200 \{"traces":\[\{/)
  })

  it('sends without end until the client hangs up', async () => {
    const { tempo, search } = await serve()
    tempo.fail({ kind: 'endless' })
    const response = await fetch(search)
    const reader = response.body?.getReader()
    let size = 0
    while (size < 4_000_000) size += (await reader?.read())?.value?.length ?? 4_000_000
    await reader?.cancel()
    tempo.heal()
    expect(await read(search)).toMatch(/^200 /)
  })

  it('refuses connections and takes them again on the same port', async () => {
    const { server, search } = await serve()
    await server.refuse()
    expect(await read(search)).toBe('failed ECONNREFUSED')
    await server.accept()
    expect(await read(search)).toMatch(/^200 /)
  })

  it('drops the connection where the handler of Tempo panics', async () => {
    const { server } = await serve()
    expect(await read(`${server.url}/status/buildinfo`)).toMatch(/^failed /)
  })

  it('closes though answers are still owed, and can be closed twice', async () => {
    const { clock, tempo, server, search } = await serve()
    tempo.fail({ kind: 'hang' }, { times: 1 })
    tempo.fail({ kind: 'delay', ms: 1_000 }, { times: 1 })
    const owed = [read(search), read(search)]
    await tempo.received(2)
    await server.close()
    await server.close()
    for (const answer of owed) expect(await answer).toMatch(/^failed /)
    expect(clock.sleeping).toBe(0)
  })
})
