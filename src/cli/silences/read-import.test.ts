import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../query/input-error.js'
import { readImport } from './read-import.js'
import { readPeriod } from './read-period.js'

const NOW = Date.UTC(2026, 10, 24, 8, 44)
const SILENCE = {
  id: 'x',
  status: { state: 'active' },
  updatedAt: '2026-11-24T08:00:00.000Z',
  matchers: [{ name: 'a', value: 'b', isRegex: false, isEqual: true }],
  startsAt: '2026-11-24T08:00:00.000Z',
  endsAt: '2026-11-25T08:00:00.000Z',
  createdBy: 'ann',
  comment: 'c',
}

describe('readImport', () => {
  it('takes silences as new ones, without those that have ended', () => {
    const { id, status, updatedAt, ...wanted } = SILENCE
    expect([id, status.state, updatedAt]).toHaveLength(3)
    const ended = { ...SILENCE, endsAt: '2026-11-24T08:44:00.000Z' }
    expect(readImport('s.json', JSON.stringify([SILENCE, ended]), NOW)).toEqual({
      silences: [wanted],
      expired: 1,
    })
  })

  it.each([
    ['{', 's.json is no JSON'],
    ['{}', 's.json: found a mapping, expected a list of at most 10000 silences'],
    ['[7]', 's.json: [0]: found 7, expected a silence: a mapping with matchers'],
    ['[{}]', 's.json: [0].matchers: found nothing, expected a list of matchers'],
    [JSON.stringify([{ ...SILENCE, comment: 7 }]), 's.json: [0].comment: found 7, expected a text'],
  ])('refuses %s', (text, message) => {
    expect(() => readImport('s.json', text, NOW)).toThrow(InputError)
    expect(() => readImport('s.json', text, NOW)).toThrow(message)
  })

  it('takes anything or refuses it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          readImport('s.json', text, NOW)
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
    )
  })
})

describe('readPeriod', () => {
  it.each([
    [{ duration: '2h' }, NOW, NOW + 7_200_000],
    [{ duration: '1d12h', start: '2026-11-25' }, Date.UTC(2026, 10, 25), Date.UTC(2026, 10, 26, 12)],
    [{ end: '2026-11-25T00:00:00Z' }, NOW, Date.UTC(2026, 10, 25)],
    [{ start: '1795600000', end: '1795600001' }, 1_795_600_000_000, 1_795_600_001_000],
  ])('reads %j', (texts, startsAt, endsAt) => {
    expect(readPeriod(texts, NOW)).toEqual({ startsAt, endsAt })
  })

  it.each([
    [{}, '--duration and --end: expected one of the two'],
    [{ duration: '1h', end: '2026-11-25' }, '--duration and --end: expected one of the two'],
    [{ duration: 'long' }, '--duration: found "long"'],
    [{ duration: '0s' }, '--duration: found "0s"'],
    [{ end: '2026-11-24' }, '--end: expected a time after the start'],
    [{ duration: '1h', start: 'soon' }, '--start: found "soon"'],
  ])('refuses %j', (texts, message) => {
    expect(() => readPeriod(texts, NOW)).toThrow(message)
  })
})
