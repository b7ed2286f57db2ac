import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SourceError } from '../../model/source-error.js'
import { decodeSearch } from './decode-search.js'
import { decodeSeries } from './decode-series.js'

const WINDOW = { start: 1000, end: 61_000 }

describe('decodeSearch', () => {
  it('reads a trace as Tempo writes it', () => {
    const body = {
      traces: [
        {
          traceID: 'abcdef12345678',
          rootServiceName: 'shop',
          rootTraceName: 'GET /cart',
          startTimeUnixNano: '1795467583000999999',
          durationMs: 310,
          serviceStats: {
            shop: { spanCount: 4, errorCount: 1 },
            search: { spanCount: 2 },
            payment: { spanCount: 2, errorCount: 2 },
          },
        },
      ],
      metrics: { completedJobs: 1, totalJobs: 1 },
    }
    expect(decodeSearch(body)).toEqual([
      {
        traceId: '000000000000000000abcdef12345678',
        rootServiceName: 'shop',
        rootSpanName: 'GET /cart',
        start: 1795467583000,
        durationMs: 310,
        failedServices: ['payment', 'shop'],
      },
    ])
  })

  it.each([
    ['no traces key', { metrics: {} }, 0],
    ['null, as Go writes an empty list', { traces: null }, 0],
    ['a trace under a millisecond, without a name', { traces: [{ traceID: '1' }] }, 1],
  ])('takes %s', (_, body, count) => {
    expect(decodeSearch(body)).toHaveLength(count)
  })

  it('knows nothing of a root that has not been received', () => {
    const [match] = decodeSearch({
      traces: [{ traceID: '1', rootServiceName: '<root span not yet received>' }],
    })
    expect(match).toMatchObject({
      rootServiceName: undefined,
      rootSpanName: undefined,
      start: undefined,
      durationMs: 0,
    })
  })

  it.each([
    ['a list', [], 'answer should be an object, not a list'],
    ['JSON of another server', { url: '/' }, 'answer should be an answer of Tempo, not an object'],
    ['text', 'hello', 'answer should be an object, not "hello"'],
    ['traces that are no list', { traces: {} }, 'answer.traces should be an array, not an object'],
    ['no trace id', { traces: [{}] }, 'traces[0].traceID should be 1 to 32 hex digits, not absent'],
    [
      'a long trace id',
      { traces: [{ traceID: 'f'.repeat(33) }] },
      'traces[0].traceID should be 1 to 32 hex digits',
    ],
    [
      'a duration in words',
      { traces: [{ traceID: '1', durationMs: 'long' }] },
      'traces[0].durationMs should be a number, not "long"',
    ],
    [
      'a start in words',
      { traces: [{ traceID: '1', startTimeUnixNano: 'now' }] },
      'traces[0].startTimeUnixNano should be nanoseconds in digits',
    ],
  ])('names the place and the fault of %s', (_, body, message) => {
    expect(() => decodeSearch(body)).toThrow(SourceError)
    expect(() => decodeSearch(body)).toThrow(message)
  })
})

describe('decodeSeries', () => {
  it('keeps the samples of the window, start excluded, and reads an absent value as 0', () => {
    const body = {
      series: [
        {
          labels: [{ key: 'trace:id', value: { stringValue: 'ab' } }],
          samples: [
            { timestampMs: '1000', value: 7 },
            { timestampMs: '16000' },
            { timestampMs: '61000', value: 2 },
            { timestampMs: '76000', value: 9 },
          ],
        },
      ],
    }
    expect(decodeSeries(body, WINDOW)).toEqual({
      series: [
        {
          labels: new Map([['trace:id', 'ab']]),
          samples: [
            { at: 16_000, value: 0 },
            { at: 61_000, value: 2 },
          ],
        },
      ],
      partial: false,
    })
  })

  it('says that an answer was cut at the limit of series', () => {
    expect(decodeSeries({ series: [], status: 'PARTIAL' }, WINDOW).partial).toBe(true)
  })
})

describe('any JSON at all', () => {
  const keys = fc.constantFrom(
    'traces',
    'series',
    'labels',
    'samples',
    'traceID',
    'durationMs',
    'value',
    'key',
    'timestampMs',
    'startTimeUnixNano',
    '__proto__',
  )
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constant(null),
      fc.boolean(),
      fc.double(),
      fc.string(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
    ),
  })).value

  it.each([
    ['decodeSearch', decodeSearch],
    ['decodeSeries', (body: unknown) => decodeSeries(body, WINDOW)],
  ])('is decoded by %s or refused with a SourceError', (_, decode) => {
    fc.assert(
      fc.property(json, (body) => {
        try {
          decode(body)
        } catch (error) {
          expect(error).toBeInstanceOf(SourceError)
        }
      }),
      { numRuns: 500 },
    )
  })
})
