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
    expect(readMaintenance(text)).toEqual({ expected: expect.stringContaining('windows such as') })
  })

  it('takes or refuses any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        expect(Object.keys(readMaintenance(text))).toHaveLength(1)
      }),
    )
    expect(readMaintenance(Array.from({ length: 101 }, () => '22:00/1h').join(';'))).toEqual({
      expected: 'at most 100 windows',
    })
  })
})
