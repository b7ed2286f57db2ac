import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../config/config-error.js'
import { chooseSource } from './choose-source.js'
import { InputError } from './input-error.js'

const choose = (source: string | undefined, environment: Readonly<Record<string, string>> = {}) =>
  chooseSource({ source, environment, envFile: '/no/such/file' })

describe('chooseSource', () => {
  it.each(['traces.jsonl', './embedded', '/var/log/traces.jsonl.gz', 'httpd.json', ''])(
    'takes %j for a file',
    (path) => {
      // Variables do not matter to a file, not even faulty ones.
      expect(choose(path, { TEMPO_ENABLED: 'perhaps' })).toEqual({ kind: 'file', path })
    },
  )

  it.each([
    ['localhost:3200', 'no such file "localhost:3200"; did you mean http://localhost:3200?'],
    ['127.0.0.1:26200/prefix', 'did you mean http://127.0.0.1:26200/prefix?'],
    ['ftp://x/y', '--source: found ftp://, expected http:// or https://, a file, or embedded'],
  ])('takes %s for an address that is mistaken', (source, expected) => {
    expect(() => choose(source)).toThrow(expected)
  })

  it.each([
    ['http://tempo:1', { setting: '--source' }],
    ['embedded', { hint: expect.stringContaining('TRACEBELL_TEMPO_LISTEN') }],
  ])('says what hints are to name: %s', (source, hints) => {
    expect(choose(source)).toMatchObject({ tempo: hints })
  })

  it('asks the Tempo that is named with the headers of the environment', () => {
    const source = choose('http://tempo:3200/prefix', {
      TEMPO_TENANT: 'a',
      TEMPO_TOKEN: 't',
      TEMPO_HEADERS: 'x=1',
    })
    expect(source).toMatchObject({
      kind: 'tempo',
      tempo: {
        url: new URL('http://tempo:3200/prefix'),
        headers: { 'x-scope-orgid': 'a', authorization: 'Bearer t', x: '1' },
      },
    })
    expect(source).not.toHaveProperty('hint')
  })

  it('asks what would be watched where nothing is named', () => {
    const tempo = { TEMPO_ENABLED: 'true', TEMPO_URL: 'http://tempo:1', TEMPO_TOKEN: 't' }
    expect(choose(undefined, tempo)).toMatchObject({
      tempo: { url: new URL('http://tempo:1'), headers: { authorization: 'Bearer t' } },
    })
    const own = { TEMPO_URL: 'http://tempo:1', TEMPO_TOKEN: 't' }
    expect(choose(undefined, own)).toMatchObject({
      tempo: { url: new URL('http://127.0.0.1:3200'), headers: {} },
    })
    expect(choose('embedded', tempo)).toMatchObject({
      tempo: { url: new URL('http://127.0.0.1:3200'), headers: {} },
    })
  })

  it.each([
    ['127.0.0.1:1234', 'http://127.0.0.1:1234/'],
    ['0.0.0.0:1234', 'http://127.0.0.1:1234/'],
    ['[::]:1234', 'http://[::1]:1234/'],
    ['localhost:1234', 'http://localhost:1234/'],
  ])('finds the tracebell that listens on %s, with its token', (address, url) => {
    const source = choose('embedded', { TRACEBELL_TEMPO_LISTEN: address, TRACEBELL_TOKEN: 'sesame' })
    expect(source).toMatchObject({
      tempo: { url: new URL(url), headers: { authorization: 'Bearer sesame' } },
      hint: expect.stringContaining('TRACEBELL_TEMPO_LISTEN'),
    })
  })

  it('comes in by name and password where there is no token', () => {
    const named = { TRACEBELL_USERNAME: 'ann', TRACEBELL_PASSWORD: 'p' }
    expect(choose('embedded', named)).toMatchObject({
      tempo: { headers: { authorization: 'Basic YW5uOnA=' } },
    })
  })

  it('refuses an address that nobody can ask', () => {
    expect(() => choose('embedded', { TRACEBELL_TEMPO_LISTEN: '127.0.0.1:0' })).toThrow(
      'TRACEBELL_TEMPO_LISTEN: found 127.0.0.1:0, expected the address at which the running tracebell answers',
    )
    expect(() => choose('embedded', { TEMPO_ENABLED: 'true', TRACEBELL_TEMPO_LISTEN: 'off' })).toThrow(
      'found off',
    )
  })

  it.each(['http://', 'http://user:hunter2@tempo', 'https://tempo/?a=1'])(
    'refuses %s, without quoting it',
    (source) => {
      expect(() => choose(source)).toThrow(InputError)
      expect(() => choose(source)).toThrow('--source: expected an http:// or https:// address')
      expect(() => choose(source)).not.toThrow(/hunter2/)
    },
  )

  it('refuses faulty variables', () => {
    expect(() => choose(undefined, { TEMPO_ENABLED: 'perhaps' })).toThrow(ConfigError)
  })
})
