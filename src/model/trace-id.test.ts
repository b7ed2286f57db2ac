import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTraceId } from './trace-id.js'

describe('parseTraceId', () => {
  it.each([
    ['0af7651916cd43dd8448eb211c80319c', '0af7651916cd43dd8448eb211c80319c'],
    ['af7651916cd43dd8448eb211c80319c', '0af7651916cd43dd8448eb211c80319c'],
    ['0AF7651916CD43DD8448EB211C80319C', '0af7651916cd43dd8448eb211c80319c'],
    ['a', `${'0'.repeat(31)}a`],
    ['0', '0'.repeat(32)],
  ])('reads %j as %j', (text, traceId) => {
    expect(parseTraceId(text)).toBe(traceId)
  })

  it.each([
    '',
    '0'.repeat(33),
    'g',
    'abc123...',
    ' a',
    'a\n',
    'a b',
    '0xa',
    '-a',
    '__proto__',
    'ａ',
    '0af76519-16cd-43dd-8448-eb211c80319c',
  ])('refuses %j', (text) => {
    expect(parseTraceId(text)).toBeUndefined()
  })

  it('gives an id that is a key, and the same one whatever zeros and case were left out', () => {
    const digits = fc.stringMatching(/^[0-9a-f]{32}$/)
    fc.assert(
      fc.property(digits, (traceId) => {
        expect(parseTraceId(traceId)).toBe(traceId)
        expect(parseTraceId(traceId.toUpperCase())).toBe(traceId)
        expect(parseTraceId(traceId.replace(/^0{1,31}/, ''))).toBe(traceId)
      }),
      { numRuns: 200 },
    )
  })

  it('gives 32 hex digits or nothing, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(parseTraceId(text) ?? '0'.repeat(32)).toMatch(/^[0-9a-f]{32}$/)
      }),
      { numRuns: 200 },
    )
  })
})
