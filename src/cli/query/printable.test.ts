import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printable, printableJson } from './printable.js'

const STEERING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u

describe('printable', () => {
  it.each([
    ['GET /cart', 'GET /cart'],
    ['Bücher 🔔 本', 'Bücher 🔔 本'],
    ['\u001b[2J', String.raw`\u001b[2J`],
    ['a\nb\r\tc', String.raw`a\u000ab\u000d\u0009c`],
    ['\u009b31m\u007f', String.raw`\u009b31m\u007f`],
    ['\u202Egnp.exe', String.raw`\u202egnp.exe`],
    ['\u2028\ud800', String.raw`\u2028\ud800`],
  ])('shows %j', (text, expected) => {
    expect(printable(text)).toBe(expected)
  })

  it('lets nothing through that steers a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(STEERING)
      }),
    )
  })
})

describe('printableJson', () => {
  it('escapes what JSON does not, and stays the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
        const json = printableJson({ value, [text]: text })
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ value, [text]: text })))
        expect(json.split('\n').some((line) => STEERING.test(line))).toBe(false)
      }),
    )
  })
})
