import { describe, expect, it } from 'vitest'
import { readRecording, recordingNames } from '../../test/tempo-stand-in/recordings.js'
import { QueryError } from './query-error.js'
import { decodeSeriesRows, decodeTraceRows } from './rows.js'

const answered = (prefix: string) =>
  recordingNames()
    .filter((name) => name.startsWith(prefix))
    .map((name) => readRecording(name))
    .filter(({ response }) => response.status === 200)

describe('decodeTraceRows', () => {
  it('reads every answer of a real Tempo', () => {
    const rows = answered('search-').flatMap(({ response }) => decodeTraceRows(response.body))
    expect(rows.length).toBeGreaterThan(100)
    expect(rows.filter(({ matchedSpans }) => matchedSpans !== undefined).length).toBeGreaterThan(50)
  })

  it('sums the spans of all spansets, and puts the newest first', () => {
    const older = { traceID: '1', startTimeUnixNano: '1000000000', spanSet: { matched: 4 } }
    const newer = {
      traceID: '2',
      startTimeUnixNano: '2000000000',
      spanSet: { matched: 4 },
      spanSets: [{ matched: 4 }, { matched: 3 }],
    }
    const bare = { traceID: '3' }
    expect(
      decodeTraceRows({ traces: [bare, older, newer] }).map(({ traceId, matchedSpans }) => [
        Number(traceId),
        matchedSpans,
      ]),
    ).toEqual([
      [2, 7],
      [1, 4],
      [3, undefined],
    ])
  })

  it('tells what the query groups by, works out, selects and names, each once', () => {
    const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
    const set = (service: string, ...routes: readonly string[]) => ({
      matched: routes.length,
      attributes: [attribute('by(resource.service.name)', service)],
      spans: routes.map((route) => ({ attributes: [attribute('http.route', route)] })),
    })
    const trace = { traceID: '1', spanSets: [set('web', '/cart', '/pay'), set('shop', '/cart')] }
    expect(decodeTraceRows({ traces: [trace] })[0]?.values).toEqual([
      'by(resource.service.name)=web',
      'by(resource.service.name)=shop',
      'http.route=/cart',
      'http.route=/pay',
    ])
  })

  it.each([[{ metrics: {} }], [{ traces: null }], [{ traces: [] }]])('finds no trace in %j', (body) => {
    expect(decodeTraceRows(body)).toEqual([])
  })
})

describe('decodeSeriesRows', () => {
  it('reads every answer of a real Tempo', () => {
    const rows = answered('metrics-').flatMap(({ response }) => decodeSeriesRows(response.body))
    expect(rows.length).toBeGreaterThan(50)
    for (const { samples } of rows) expect(samples.every(({ value }) => typeof value === 'number')).toBe(true)
  })

  it('reads labels of every type, and values that are absent or no numbers', () => {
    const labels = [
      { key: 's', value: { stringValue: 'a' } },
      { key: 'i', value: { intValue: '7' } },
      { key: 'd', value: { doubleValue: 0.5 } },
      { key: 'b', value: { boolValue: false } },
      { key: 'n', value: {} },
      { key: 'l', value: { arrayValue: { values: [] } } },
    ]
    const samples = [
      { timestampMs: '1' },
      { timestampMs: '2', value: 'NaN' },
      { timestampMs: '3', value: '-Infinity' },
    ]
    expect(decodeSeriesRows({ series: [{ labels, samples }, { value: 2 }, {}] })).toEqual([
      {
        labels: new Map([
          ['s', 'a'],
          ['i', '7'],
          ['d', '0.5'],
          ['b', 'false'],
          ['n', ''],
          ['l', '{"values":[]}'],
        ]),
        samples: [
          { at: 1, value: 0 },
          { at: 2, value: Number.NaN },
          { at: 3, value: Number.NEGATIVE_INFINITY },
        ],
      },
      { labels: new Map(), samples: [{ at: undefined, value: 2 }] },
      { labels: new Map(), samples: [{ at: undefined, value: 0 }] },
    ])
  })
})

it.each([
  ['text'],
  [[]],
  [null],
  [{ traces: 1, series: 1 }],
  [{ traces: [1], series: [1] }],
  [{ traces: [{ traceID: 'x' }], series: [{ samples: [{ value: 'x' }] }] }],
])('refuses %j, which is no answer', (body) => {
  expect(() => decodeTraceRows(body)).toThrow(QueryError)
  expect(() => decodeSeriesRows(body)).toThrow(QueryError)
})
