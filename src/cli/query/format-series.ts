import type { SeriesRow } from '../../query/rows.js'
import { formatSparkline } from './sparkline.js'
import { formatTable, type Column } from './table.js'

const SERIES: Column = { title: 'SERIES', maxWidth: 100 }

/** The table of an answer to an instant query: a line a series. */
export function formatValues(rows: readonly SeriesRow[]): string {
  const columns: readonly Column[] = [SERIES, { title: 'VALUE', align: 'right' }]
  return formatTable(
    columns,
    rows.map(({ labels, samples }) => [formatLabels(labels), formatNumber(samples.at(-1)?.value)]),
  )
}

/** The table of an answer to a range query: a line a series; `trend` is for people at a terminal. */
export function formatRanges(rows: readonly SeriesRow[], { trend }: { readonly trend: boolean }): string {
  const columns: readonly Column[] = [
    SERIES,
    { title: 'MIN', align: 'right' },
    { title: 'MAX', align: 'right' },
    { title: 'LAST', align: 'right' },
    ...(trend ? [{ title: 'TREND' }] : []),
  ]
  return formatTable(
    columns,
    rows.map(({ labels, samples }) => {
      const values = samples.map(({ value }) => value).filter((value) => !Number.isNaN(value))
      return [
        formatLabels(labels),
        formatNumber(least(values)),
        formatNumber(most(values)),
        formatNumber(values.at(-1)),
        formatSparkline(values),
      ]
    }),
  )
}

/** Labels as Prometheus writes them: `{name="value", other="value"}`. */
function formatLabels(labels: SeriesRow['labels']): string {
  return `{${Array.from(labels, ([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`
}

const DIGITS = 6

/** A number with as many digits as tell something. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined) return '-'
  return Number.isFinite(value) ? String(Number(value.toPrecision(DIGITS))) : String(value)
}

// Not Math.min and Math.max: a series may have more values than a call can have arguments.
function least(values: readonly number[]): number | undefined {
  return values.reduce<number | undefined>(
    (low, value) => (low === undefined || value < low ? value : low),
    undefined,
  )
}

function most(values: readonly number[]): number | undefined {
  return values.reduce<number | undefined>(
    (top, value) => (top === undefined || value > top ? value : top),
    undefined,
  )
}
