import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanLine, cleanText, cutText } from './clean-text.js'
import { encodeEach, takeFitting } from './fit.js'
import { toHttpLink } from './http-link.js'
import { showDuration } from './show-duration.js'
import { toIsoTime } from './show-time.js'

describe('clean texts', () => {
  it.each([
    ['\u001b[31mred\u0007', ' [31mred '],
    ['one\r\ntwo\nthree', 'one\ntwo\nthree'],
    ['pay\u202eexe.txt\u2066', 'pay exe.txt '],
    ['\ud800 half', '\ufffd half'],
  ])('cleanText(%j)', (text, clean) => {
    expect(cleanText(text, 100)).toBe(clean)
  })

  it('puts a line on one line', () => {
    expect(cleanLine(' GET /\r\nBcc: all@example.com\u2028x ', 100)).toBe('GET / Bcc: all@example.com x')
  })

  it('cuts no character in two', () => {
    expect(cutText('ab😀cd', 4)).toBe('ab…')
    expect(cutText('ab😀cd', 5)).toBe('ab😀…')
    expect(cutText('ab😀cd', 6)).toBe('ab😀cd')
  })

  it('are bounded and well formed, whatever they were', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\ud83d', '\ude00', '\r', '\n', '\0'),
    )
    const text = fc.array(unit).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 50 }), (given, most) => {
        for (const clean of [cleanText(given, most), cleanLine(given, most)]) {
          expect(clean.length).toBeLessThanOrEqual(most)
          expect(Buffer.from(clean).toString()).toBe(clean)
          expect(clean).not.toMatch(/[^\n\t\P{Cc}]/u)
        }
        expect(cleanLine(given, most)).not.toContain('\n')
      }),
    )
  })
})

describe('takeFitting', () => {
  it.each([
    [9, [1, 2, 3, 4, 5]],
    [8, [1, 2, 3, 4]],
    [1, [1]],
    [0, []],
    [-1, []],
  ])('into %i bytes', (most, taken) => {
    const texts = encodeEach([1, 2, 3, 4, 5], String)
    expect(takeFitting(texts, most).map(Number)).toEqual(taken)
  })

  it('makes no more than it takes', () => {
    let made = 0
    const texts = encodeEach(Array.from({ length: 1000 }), () => `${(made += 1)}`)
    expect(takeFitting(texts, 10)).toEqual(['1', '2', '3', '4', '5'])
    expect(made).toBe(6)
  })
})

describe('what people read', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1500, '1.5 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [9_000_000, '2 h 30 min'],
  ])('shows %i ms as %s', (ms, shown) => {
    expect(showDuration(ms)).toBe(shown)
  })

  it('shows any moment', () => {
    expect(toIsoTime(1_700_000_000_000)).toBe('2023-11-14T22:13:20.000Z')
    expect([Number.NaN, Infinity, -Infinity].map(toIsoTime)).toEqual([
      '1970-01-01T00:00:00.000Z',
      '+275760-09-13T00:00:00.000Z',
      '-271821-04-20T00:00:00.000Z',
    ])
  })

  it.each([
    ['https://wiki.test/run book', 'https://wiki.test/run%20book'],
    ['javascript:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['not an address', undefined],
    ['', undefined],
    [`http://x.test/${'a'.repeat(3000)}`, undefined],
  ])('makes a link of %s: %s', (text, link) => {
    expect(toHttpLink(text)).toBe(link)
  })
})
