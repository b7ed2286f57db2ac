import { describe, expect, it } from 'vitest'
import type { SeriesRow, TraceRow } from '../../query/rows.js'
import { formatNumber, formatRanges, formatValues } from './format-series.js'
import { formatDuration, formatTraces } from './format-traces.js'
import { formatSparkline } from './sparkline.js'

const TRACE: TraceRow = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  rootServiceName: 'storefront',
  rootSpanName: 'GET /cart',
  start: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  durationMs: 1500,
  failedServices: [],
  matchedSpans: 3,
  values: [],
}

const row = (labels: Readonly<Record<string, string>>, ...values: readonly number[]): SeriesRow => ({
  labels: new Map(Object.entries(labels)),
  samples: values.map((value, index) => ({ at: index, value })),
})

describe('formatTraces', () => {
  it('has a line a trace, with a ? for what is not known', () => {
    const unknown = {
      ...TRACE,
      rootServiceName: undefined,
      rootSpanName: undefined,
      start: undefined,
      matchedSpans: undefined,
    }
    expect(formatTraces([TRACE, { ...unknown, durationMs: 0 }]).split('\n')).toEqual([
      'START                     DURATION  TRACE ID                          SERVICE     NAME       SPANS',
      '2026-01-02T03:04:05.678Z     1.50s  0af7651916cd43dd8448eb211c80319c  storefront  GET /cart      3',
      '?                             <1ms  0af7651916cd43dd8448eb211c80319c  ?           ?              ?',
      '',
    ])
  })

  it('shows what the query groups by and selects, where it does', () => {
    const grouped = { ...TRACE, values: ['by(resource.service.name)=shop', 'http.route=/cart'] }
    expect(
      formatTraces([grouped, TRACE])
        .split('\n')
        .map((line) => line.slice(93)),
    ).toEqual(['SPANS  VALUES', '    3  by(resource.service.name)=shop http.route=/cart', '    3', ''])
  })

  it('shows no name that forges a line', () => {
    const forged = formatTraces([{ ...TRACE, rootSpanName: 'x\n2026-01-02 fine \u001b[1A' }])
    expect(forged.split('\n')).toHaveLength(3)
    expect(forged).toContain(String.raw`x\u000a2026-01-02 fine \u001b[1A`)
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '<1ms'],
    [1, '1ms'],
    [999, '999ms'],
    [1000, '1.00s'],
    [59_999, '59.99s'],
    [60_000, '1m00s'],
    [125_900, '2m05s'],
    [3_599_999, '59m59s'],
    [3_600_000, '1h00m'],
    [100 * 3_600_000, '100h00m'],
  ])('shows %d ms as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text)
  })
})

describe('the tables of metrics', () => {
  it('show labels and the one value of an instant query', () => {
    expect(formatValues([row({}, 7), row({ service: 'a "b"', p: '0.9' }, 0.1234567)])).toBe(
      'SERIES                           VALUE\n' +
        '{}                                   7\n' +
        '{service="a \\"b\\"", p="0.9"}  0.123457\n',
    )
  })

  it('show least, most and last value of a range, and its course where that is wanted', () => {
    const rows = [row({ a: 'x' }, 0, 4, 2), row({ a: 'y' }), row({ a: 'z' }, Number.NaN, 1)]
    expect(formatRanges(rows, { trend: false })).toBe(
      'SERIES   MIN  MAX  LAST\n{a="x"}    0    4     2\n{a="y"}    -    -     -\n{a="z"}    1    1     1\n',
    )
    expect(formatRanges(rows, { trend: true })).toBe(
      'SERIES   MIN  MAX  LAST  TREND\n{a="x"}    0    4     2  ▁█▅\n{a="y"}    -    -     -\n{a="z"}    1    1     1  ▁\n',
    )
  })

  it('take a series of any length', () => {
    const values = Array.from({ length: 200_000 }, (_, index) => index)
    expect(
      formatRanges([{ labels: new Map(), samples: values.map((value) => ({ at: value, value })) }], {
        trend: true,
      }),
    ).toContain('199999')
  })
})

describe('formatNumber', () => {
  it.each([
    [undefined, '-'],
    [0, '0'],
    [1234567, '1234570'],
    [0.000012345678, '0.0000123457'],
    [1e21, '1e+21'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NaN, 'NaN'],
  ])('shows %s as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })
})

describe('formatSparkline', () => {
  it.each<[string, readonly number[], string]>([
    ['nothing', [], ''],
    ['one value', [5], '▁'],
    ['no change', [5, 5, 5], '▁▁▁'],
    ['a rise', [0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
    ['values below zero', [-7, 0, 7], '▁▅█'],
    ['what is not finite, left out', [Number.NaN, 0, Number.POSITIVE_INFINITY, 7], '▁█'],
  ])('shows %s', (_, values, line) => {
    expect(formatSparkline(values)).toBe(line)
  })

  it('shows the peak of many values', () => {
    const line = formatSparkline(Array.from({ length: 1000 }, (_, index) => (index === 500 ? 1 : 0)))
    expect(line).toBe(`${'▁'.repeat(12)}█${'▁'.repeat(11)}`)
  })
})
