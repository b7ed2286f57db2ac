import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Environment } from '../variables.js'
import { readClientSettings } from './read-client-settings.js'

const folder = mkdtempSync(join(tmpdir(), 'tracebell-'))
const file = join(folder, 'tracebell.yaml')
afterAll(() => rmSync(folder, { recursive: true }))

function read(text: string, environment: Environment = {}) {
  writeFileSync(file, text)
  const { faults, ...settings } = readClientSettings({ environment, file })
  return { ...settings, faults: faults.map(({ name }) => name.replace(`${folder}/`, '')) }
}

const LISTEN = "listen: {api: '127.0.0.1:1234', token: s3cr3t"
const DEFAULT = { host: '127.0.0.1', port: 9320 }

describe('readClientSettings', () => {
  it('reads address and credentials from a file that is faulty elsewhere', () => {
    expect(read(`${LISTEN}, otlp_http: 5}\nreceivers: 7\nroute: {receivr: x}\n`)).toMatchObject({
      api: { host: '127.0.0.1', port: 1234 },
      access: { token: 's3cr3t' },
      faults: [],
    })
    expect(read(`${LISTEN}}\nreceivers: 7\n`).otherFaults).toBeGreaterThan(0)
    expect(read(`${LISTEN}}\n`).otherFaults).toBe(0)
  })

  it('does not count faults of variables that it does not read as its own', () => {
    const environment = { TEMPO_URL: 'nonsense', TRACEBELL_API_LISTEN: ':99' }
    expect(read('', environment)).toMatchObject({ api: { port: 99 }, faults: [], otherFaults: 1 })
  })

  it.each([
    ["listen: {api: '?'}", 'tracebell.yaml:1:15: listen.api'],
    ['listen: {token_file: /no/such}', 'tracebell.yaml:1:22: listen.token_file'],
    ['listen: 5', 'tracebell.yaml:1:9: listen'],
    ['listen: {api: {}}', 'tracebell.yaml:1:15: listen.api'],
  ])('tells of a fault of what it reads: %s', (text, fault) => {
    expect(read(text)).toMatchObject({ api: DEFAULT, faults: [fault], otherFaults: 0 })
  })

  it('lets the environment say it where the file is faulty', () => {
    const environment = { TRACEBELL_API_LISTEN: ':99', TRACEBELL_TOKEN: 'other' }
    const said = { api: { port: 99 }, access: { token: 'other' }, faults: [] }
    expect(read("listen: {api: {}, token: 's3cr3t'}", environment)).toMatchObject(said)
    expect(read('listen: {api: [', environment)).toMatchObject(said)
    expect(read('listen: {api: [').faults).not.toEqual([])
  })

  it('reads anything without throwing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(read(text).otherFaults).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 50 },
    )
  })
})
