import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TraceqlError } from '../../traceql/index.js'
import { InputError } from './input-error.js'
import { readQuery } from './read-query.js'
import { readTimes } from './read-times.js'

const NOON = Date.UTC(2026, 0, 31, 12)

describe('readTimes', () => {
  it.each([
    [{}, {}],
    [{ since: '1h30m' }, { sinceMs: 5_400_000 }],
    [
      { since: '7d', end: '1769860800' },
      { sinceMs: 604_800_000, end: NOON },
    ],
    [
      { start: '2026-01-31T12:00:00Z', end: '2026-01-31T13:00:00.5+00:00' },
      { start: NOON, end: NOON + 3_600_500 },
    ],
    [{ start: '2026-01-31t12:00z' }, { start: NOON }],
    [{ start: '2026-01-31T23:30:00+11:30' }, { start: NOON }],
    [{ start: '2026-01-31' }, { start: Date.UTC(2026, 0, 31) }],
    [{ start: '1769860800.25' }, { start: NOON + 250 }],
    [{ start: '0' }, { start: 0 }],
  ])('reads %j', (texts, times) => {
    expect(readTimes(texts)).toEqual({ sinceMs: undefined, start: undefined, end: undefined, ...times })
  })

  it.each([
    [{ since: '1h', start: '0' }, '--since and --start: expected one of the two'],
    [
      { since: '0s' },
      '--since: found "0s", expected a duration above 0 and of at most 10 years, such as 15s, 1h30m or 7d',
    ],
    [{ since: '1.5h' }, '--since: found "1.5h"'],
    [{ since: '' }, '--since: found ""'],
    [{ since: '100y' }, '--since: found "100y"'],
    [{ start: 'yesterday' }, '--start: found "yesterday", expected a time such as 2026-01-31T12:00:00Z'],
    [{ start: '2026-02-31' }, '--start: found "2026-02-31"'],
    [{ start: '2026-01-31T12:00:00' }, '--start: found "2026-01-31T12:00:00"'],
    [{ end: '1769860800000' }, '--end: found "1769860800000"'],
    [{ end: '-1' }, '--end: found "-1"'],
    [{ end: '1969-12-31' }, '--end: found "1969-12-31"'],
  ])('refuses %j', (texts, message) => {
    expect(() => readTimes(texts)).toThrow(InputError)
    expect(() => readTimes(texts)).toThrow(message)
  })

  it('reads a time or refuses it, whatever is written', () => {
    const near = fc.stringMatching(/^[0-9]{0,4}-?[0-9]{0,2}-?[0-9]{0,2}T?[0-9:.]{0,9}[Z+-]?[0-9:]{0,5}$/)
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), fc.constantFrom('since', 'start', 'end'), (text, name) => {
        try {
          for (const value of Object.values(readTimes({ [name]: text }))) {
            expect(value === undefined || (Number.isFinite(value) && value >= 0)).toBe(true)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('readQuery', () => {
  it.each([
    [{ query: '{ status = error }' }, { kind: 'search', limit: 20, stepMs: undefined }],
    [
      { query: '{}', limit: '100000' },
      { kind: 'search', limit: 100_000, stepMs: undefined },
    ],
    [{ query: '{} | rate()' }, { kind: 'range', limit: 20, stepMs: undefined }],
    [
      { query: '{} | rate() by (name)', step: '15s' },
      { kind: 'range', limit: 20, stepMs: 15_000 },
    ],
    [
      { query: '{} | rate()', instant: true },
      { kind: 'instant', limit: 20, stepMs: undefined },
    ],
    [{ query: '({} | rate()) / ({} | rate())' }, { kind: 'range', limit: 20, stepMs: undefined }],
  ])('reads %j', (texts, read) => {
    expect(readQuery({ instant: false, ...texts })).toEqual(read)
  })

  it.each([
    [{ query: '{}', instant: true }, '--instant: the query is a search'],
    [{ query: '{}', step: '15s' }, '--step: the query is a search'],
    [{ query: '{} | rate()', step: '15s', instant: true }, '--step: the query has one value'],
    [{ query: '{} | rate()', step: '15' }, '--step: found "15", expected a duration'],
    [{ query: '{} | rate()', limit: '5' }, '--limit: the query is one for metrics'],
    [{ query: '{}', limit: '0' }, '--limit: found "0", expected a whole number from 1 to 100000'],
    [{ query: '{}', limit: '100001' }, '--limit: found "100001"'],
    [{ query: '{}', limit: '1e3' }, '--limit: found "1e3"'],
  ])('refuses %j', (texts, message) => {
    expect(() => readQuery({ instant: false, ...texts })).toThrow(InputError)
    expect(() => readQuery({ instant: false, ...texts })).toThrow(message)
  })

  it.each(['', '{', '{ status = 5 }', '{ nope = }'])('hands on what is wrong with %j', (query) => {
    expect(() => readQuery({ query, instant: false })).toThrow(TraceqlError)
  })
})
