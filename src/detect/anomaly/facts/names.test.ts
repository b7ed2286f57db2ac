import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildSpan } from '../../../../test/conformance/traceql/build-trace.js'
import type { AttributeValue } from '../../../model/attributes.js'
import { createNormalizer, normalizeText } from './normalize.js'
import { peerOf } from './peer.js'
import { serviceOf } from './service-of.js'
import { LONGEST_NAME, shortText } from './short-text.js'

const LINE_BREAK = /[\n\r\u0085\u2028\u2029\0]/

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({ unit: fc.constantFrom('a', '7', '\n', '-', '\uD83D\uDE00', '\u2028'), maxLength: 600 }),
)

describe('a name', () => {
  it('is bounded, on one line, and the same when it is taken again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const name of [shortText(text), normalizeText(text)]) {
          expect(name.length).toBeLessThanOrEqual(LONGEST_NAME)
          expect(name).not.toMatch(LINE_BREAK)
          expect(Buffer.from(shortText(name)).toString()).toBe(Buffer.from(name).toString())
        }
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it('is not cut within a character', () => {
    expect(shortText('a😀b', 2)).toBe('a')
    expect(shortText('a😀b', 3)).toBe('a😀')
  })

  it.each([
    ['GET /users/42', 'GET /users/#'],
    ['GET /api/v1/users', 'GET /api/v1/users'],
    ['order 8f14e45fceea167a', 'order #'],
    ['order 123e4567-e89b-12d3-a456-426614174000 of 7', 'order # of #'],
    ['at 0xdeadbeef', 'at #'],
    ['10.0.0.17:5432 is gone', '#.#.#.#:# is gone'],
    ['SELECT', 'SELECT'],
    ['', ''],
    ['a\nb', 'a b'],
  ])('of %j is normalised to %j, at first and when it is known', (text, name) => {
    const normalize = createNormalizer()
    expect([normalizeText(text), normalize(text), normalize(text)]).toEqual([name, name, name])
  })

  it('is normalised in linear time', () => {
    const texts = [
      'a'.repeat(1e6),
      'a-'.repeat(5e5),
      '0x'.repeat(5e5),
      'abcdef01-'.repeat(1e5),
      '1a'.repeat(5e5),
    ]
    for (const text of texts) expect(createNormalizer()(text).length).toBeLessThanOrEqual(LONGEST_NAME)
  })
})

describe('who is called', () => {
  const isService = (name: string): boolean => ['cart', '__proto__'].includes(name)
  const peer = (attributes: Readonly<Record<string, AttributeValue>>): string =>
    peerOf(buildSpan({ attributes: new Map(Object.entries(attributes)) }), isService)

  it.each<[string, Record<string, AttributeValue>, string]>([
    ['a service of that name', { 'server.address': 'cart' }, 'cart'],
    ['the service that a host name begins with', { 'server.address': 'cart.shop.svc.cluster.local' }, 'cart'],
    ['the service before a port', { 'net.peer.name': 'cart:8080' }, 'cart'],
    ['an address that no service is known by', { 'server.address': 'db.example.com' }, 'db.example.com'],
    [
      'the peer that is told before the address',
      { 'peer.service': 'cart', 'server.address': '10.0.0.1' },
      'cart',
    ],
    ['the system, where nothing else is told', { 'db.system': 'redis' }, 'redis'],
    ['nobody, where nothing is told', {}, ''],
    ['nobody, where what is told is no text', { 'server.address': 7, 'peer.service': '' }, ''],
    ['no property of an object', { 'server.address': 'constructor.x' }, 'constructor.x'],
  ])('is %s', (_name, attributes, expected) => {
    expect(peer(attributes)).toBe(expected)
  })

  it('is bounded and on one line', () => {
    expect(peer({ 'server.address': `a\nb${'c'.repeat(1e6)}` })).toMatch(/^a bc{1,200}$/)
  })
})

describe('the service of a resource', () => {
  const service = (name: AttributeValue | undefined): string =>
    serviceOf({ attributes: new Map(name === undefined ? [] : [['service.name', name]]) })

  it.each<[AttributeValue | undefined, string]>([
    ['cart', 'cart'],
    ['__proto__', '__proto__'],
    ['a\nb', 'a b'],
    ['', 'unknown_service'],
    [7, 'unknown_service'],
    [undefined, 'unknown_service'],
  ])('named %j is %j', (name, expected) => {
    expect(service(name)).toBe(expected)
  })

  it('is bounded', () => {
    expect(service('x'.repeat(1e6))).toHaveLength(LONGEST_NAME)
  })
})
