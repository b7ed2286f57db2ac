import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMaintenanceMuter } from './maintenance.js'
import { readMaintenance } from './read-maintenance.js'

const mutes = (text: string, at: string): string | undefined => {
  const parsed = readMaintenance(text)
  if (!('value' in parsed)) throw new Error(parsed.expected)
  const reason = createMaintenanceMuter(parsed.value)(new Map([['alertname', 'Slow']]), Date.parse(at))
  return reason?.kind === 'maintenance' ? reason.name : undefined
}

const BOTH = '2026-12-24T22:00Z/2026-12-25T06:00Z; saturday 23:00/4h Europe/Berlin'

describe('readMaintenance', () => {
  it.each([
    [BOTH, '2026-12-24T21:59:59Z', undefined],
    [BOTH, '2026-12-24T22:00:00Z', '1'],
    [BOTH, '2026-12-25T05:59:59Z', '1'],
    [BOTH, '2026-12-25T06:00:00Z', undefined],
    // The 26th is a Saturday; Berlin is an hour ahead.
    [BOTH, '2026-12-26T21:59:59Z', undefined],
    [BOTH, '2026-12-26T22:00:00Z', '2'],
    ['saturday 23:00/4h Europe/Berlin', '2026-12-26T22:00:00Z', '1'],
    ['saturday 23:00/4h Europe/Berlin', '2026-12-27T01:59:59Z', '1'],
    ['saturday 23:00/4h Europe/Berlin', '2026-12-27T02:00:00Z', undefined],
    ['02:00/30m', '2026-12-27T02:29:59Z', '1'],
  ])('%s at %s', (text, at, number) => {
    expect(mutes(text, at)).toBe(number === undefined ? undefined : `TEMPO_ALERT_MAINTENANCE ${number}`)
  })

  it.each([
    '',
    'tonight',
    '2026-12-24T22:00Z',
    '2026-12-25T06:00Z/2026-12-24T22:00Z',
    '2026-12-24T22:00Z/2026-12-25T06:00Z;',
    'caturday 22:00/4h',
    '25:00/4h',
    '22:00/0s',
    '22:00/32d',
    '22:00/4h Nowhere/Atall',
  ])('refuses %j', (text) => {
    const refused = { expected: expect.stringContaining('windows such as') }
    expect(readMaintenance(text)).toMatchObject(refused)
  })

  it('tells each part that is wrong, and where it stands', () => {
    const text = ' 02:00/30m;2026-12-24T22:00Z/tomorrow; caturday:sunday 25:00/0s Nowhere/Atall ; soon'
    expect(readMaintenance(text)).toMatchObject({
      parts: [
        { found: 'tomorrow', expected: expect.stringMatching(/^a moment .*; in window 2, at character 30$/) },
        { found: 'caturday:sunday', expected: expect.stringMatching(/^a day .* window 3, at character 40$/) },
        { found: '25:00', expected: expect.stringMatching(/^a time .* window 3, at character 56$/) },
        { found: '0s', expected: expect.stringMatching(/^a duration .* window 3, at character 62$/) },
        { found: 'Nowhere/Atall', expected: expect.stringMatching(/^a time zone .* at character 65$/) },
        { found: 'soon', expected: expect.stringMatching(/^windows such as .* window 4, at character 81$/) },
      ],
    })
    expect(text.indexOf('soon') + 1).toBe(81)
  })

  it('takes or refuses any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const read = readMaintenance(text)
        const parts = 'value' in read ? [] : (read.parts ?? [])
        expect('value' in read || parts.length > 0).toBe(true)
        expect(parts.every(({ found }) => text.includes(found))).toBe(true)
      }),
    )
    expect(readMaintenance(Array.from({ length: 101 }, () => '22:00/1h').join(';'))).toEqual({
      expected: 'at most 100 windows',
    })
  })
})
