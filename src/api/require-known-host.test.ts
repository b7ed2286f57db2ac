import { createServer, request } from 'node:http'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../../test/loopback.js'
import { guard, type GuardOptions } from './guard.js'

async function serve(options: Partial<GuardOptions> = {}) {
  const refused: string[] = []
  const handler = guard((_, response) => response.end('answered'), {
    token: undefined,
    basic: undefined,
    host: '127.0.0.1',
    allowedHosts: [],
    open: ['/-/healthy'],
    onUnauthorized: () => refused.push('unauthorized'),
    onForeignHost: () => refused.push('host'),
    ...options,
  })
  const origin = new URL(await listenOnLoopback(createServer({ requireHostHeader: false }, handler)))
  const ask = async (headers: Readonly<Record<string, string>>, path = '/'): Promise<string> => {
    const { hostname, port } = origin
    const asked = request({ hostname, port, path, agent: false, setHost: false, headers }).end()
    const [response] = await once(asked, 'response')
    return `${response.statusCode} ${await text(response)}`
  }
  return { ask, refused }
}

describe('a listener on loopback without credentials', () => {
  it.each([
    {},
    { host: 'localhost' },
    { host: 'localhost:9320' },
    { host: 'LOCALHOST.:9320' },
    { host: 'tracebell.localhost' },
    { host: '127.0.0.1:9320' },
    { host: '127.9.8.7' },
    { host: '[::1]:9320' },
    { host: 'host.docker.internal:4318' },
    { host: 'localhost', origin: 'http://localhost:3000' },
    { host: 'localhost', origin: 'http://[::1]:3000' },
    { host: 'localhost', origin: 'https://127.0.0.1' },
    { host: 'tracebell:9320' },
    { host: '10.1.2.3' },
    { host: '[fd00::7]:9320', origin: 'http://[fd00::7]' },
    { host: 'localhost', origin: 'https://Tracebell' },
  ])('answers %j', async (headers) => {
    const { ask, refused } = await serve({ allowedHosts: ['Tracebell', '10.1.2.3', 'fd00::7'] })
    expect(await ask(headers)).toBe('200 answered')
    expect(refused).toEqual([])
  })

  it.each([
    [{ host: 'evil.test' }, 'host'],
    [{ host: 'evil.test:9320' }, 'host'],
    [{ host: '' }, 'host'],
    [{ host: '128.0.0.1' }, 'host'],
    [{ host: '127.0.0.1.evil.test' }, 'host'],
    [{ host: '127.999.999.999' }, 'host'],
    [{ host: '127.0.0.01' }, 'host'],
    [{ host: 'localhost.evil.test' }, 'host'],
    [{ host: 'evillocalhost' }, 'host'],
    [{ host: 'localhost:9320:evil.test' }, 'host'],
    [{ host: '[::1].evil.test' }, 'host'],
    [{ host: '[::2]' }, 'host'],
    [{ host: 'evil.internal' }, 'host'],
    [{ host: 'localhost', origin: 'http://evil.test' }, 'origin'],
    [{ host: 'localhost', origin: 'http://localhost.evil.test' }, 'origin'],
    [{ host: 'localhost', origin: 'null' }, 'origin'],
    [{ host: 'localhost', origin: 'http://localhost@evil.test' }, 'origin'],
    [{ origin: 'http://evil.test' }, 'origin'],
  ])('refuses %j, and says what to do', async (headers, header) => {
    const { ask, refused } = await serve({ allowedHosts: ['tracebell'] })
    const answer = await ask(headers)
    expect(answer).toMatch(new RegExp(`^403 the ${header} of this request .* TRACEBELL_ALLOWED_HOSTS\\n$`))
    expect(answer).not.toContain('evil')
    expect(refused).toEqual(['host'])
    expect(await ask(headers, '/-/healthy?x')).toBe('200 answered')
  })

  it('answers everybody where all names are allowed', async () => {
    const { ask } = await serve({ allowedHosts: ['*'] })
    expect(await ask({ host: 'evil.test', origin: 'null' })).toBe('200 answered')
  })

  it('answers no other name, whatever is sent', async () => {
    const { ask } = await serve()
    const answered: string[] = []
    const header = fc.string({ minLength: 1, unit: 'grapheme-ascii', maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(header, async (host) => {
        if (!(await ask({ host })).startsWith('403 ')) answered.push(host.trim())
      }),
      { numRuns: 200 },
    )
    const ours = /^(?:.*localhost\.?|127[\d.]+|\[::1\]|.*\.internal\.?)(?::\d+)?$/i
    expect(answered.filter((host) => !ours.test(host))).toEqual([])
  })
})

describe('another listener', () => {
  it('asks for credentials where there are any, whatever its name', async () => {
    const { ask, refused } = await serve({ token: 't' })
    expect(await ask({ host: 'evil.test' })).toMatch(/^401 /)
    expect(await ask({ host: 'evil.test', authorization: 'Bearer t' })).toBe('200 answered')
    expect(refused).toEqual(['unauthorized'])
  })

  it('outside of loopback goes by any name', async () => {
    const { ask } = await serve({ host: '0.0.0.0' })
    expect(await ask({ host: 'tracebell.monitoring.svc' })).toBe('200 answered')
  })
})
