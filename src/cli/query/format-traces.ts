import type { TraceRow } from '../../query/rows.js'
import { formatTable, type Column } from './table.js'

const COLUMNS: readonly Column[] = [
  { title: 'START' },
  { title: 'DURATION', align: 'right' },
  { title: 'TRACE ID' },
  { title: 'SERVICE', maxWidth: 40 },
  { title: 'NAME', maxWidth: 60 },
  { title: 'SPANS', align: 'right' },
]

/** The table of an answer to a search: a line a trace. */
export function formatTraces(rows: readonly TraceRow[]): string {
  const hasValues = rows.some(({ values }) => values.length > 0)
  return formatTable(
    hasValues ? [...COLUMNS, { title: 'VALUES', maxWidth: 100 }] : COLUMNS,
    rows.map((row) => [
      row.start === undefined ? '?' : new Date(row.start).toISOString(),
      formatDuration(row.durationMs),
      row.traceId,
      row.rootServiceName ?? '?',
      row.rootSpanName ?? '?',
      String(row.matchedSpans ?? '?'),
      row.values.join(' '),
    ]),
  )
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** A duration in whole milliseconds, for people: `<1ms`, `340ms`, `1.50s`, `2m05s`, `1h00m`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1) return '<1ms'
  if (durationMs < SECOND_MS) return `${durationMs}ms`
  if (durationMs < MINUTE_MS) return `${(Math.floor(durationMs / 10) / 100).toFixed(2)}s`
  if (durationMs < HOUR_MS) return parts(durationMs, MINUTE_MS, 'm', SECOND_MS, 's')
  return parts(durationMs, HOUR_MS, 'h', MINUTE_MS, 'm')
}

function parts(durationMs: number, unitMs: number, unit: string, restMs: number, rest: string): string {
  const left = Math.floor((durationMs % unitMs) / restMs)
  return `${Math.floor(durationMs / unitMs)}${unit}${String(left).padStart(2, '0')}${rest}`
}
