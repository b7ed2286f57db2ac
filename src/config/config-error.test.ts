import { describe, expect, it } from 'vitest'
import { ConfigError, describeFault } from './config-error.js'

describe('ConfigError', () => {
  it('tells all faults, a line each, and keeps them', () => {
    const faults = [
      { name: 'TEMPO_URL', found: 'tempo', expected: 'an address' },
      { name: 'TEMPO_USERNAME', expected: 'both or neither' },
    ]
    const error = new ConfigError(faults)
    expect(error.message.split('\n')).toEqual([
      'The configuration cannot be used:',
      '  TEMPO_URL: found "tempo", expected an address',
      '  TEMPO_USERNAME: both or neither',
    ])
    expect(error).toMatchObject({ name: 'ConfigError', faults })
  })
})

describe('describeFault', () => {
  it.each([
    ['a text of the most characters shown', 'x'.repeat(80), `"${'x'.repeat(80)}"`],
    ['a longer one in part', 'x'.repeat(81), `"${'x'.repeat(80)}…"`],
    ['a text of megabytes in part', 'x'.repeat(5_000_000), `"${'x'.repeat(80)}…"`],
    ['line breaks and quotes on one line', 'a\n"b"\u001b[31m', String.raw`"a\n\"b\"\u001b[31m"`],
    [
      'a pair of code units that was cut in two',
      `${'x'.repeat(79)}🔔`,
      String.raw`"${'x'.repeat(79)}\ud83d…"`,
    ],
    ['an empty text', '', '""'],
  ])('quotes %s', (_, found, quoted) => {
    expect(describeFault({ name: 'A', found, expected: 'b' })).toBe(`A: found ${quoted}, expected b`)
  })
})
