import type { Trace } from '../../../src/model/trace.js'
import type { MetricSeries, MetricsWindow } from '../../../src/traceql/index.js'
import { check, compile, defaultStepMs, parse, TraceqlError } from '../../../src/traceql/index.js'
import type { MetricsCase } from './cases.js'
import type { Verdict } from './verdict.js'
import { showLabels, toTyped } from './verdict.js'

const RELATIVE_ERROR = 1e-9
const SECOND_MS = 1000

/** A series as labels in one text and a value for each time. */
type Shown = ReadonlyMap<string, ReadonlyMap<number, number>>

/** Whether the series are those of the case, each value within the data's tolerance. */
export function judgeMetrics(metricsCase: MetricsCase, traces: readonly Trace[]): Verdict {
  const expected = showCase(metricsCase)
  const actual = evaluate(metricsCase, traces)
  if (typeof actual === 'string') return { passed: false, expected: print(expected), actual }
  return { passed: areEqual(expected, actual), expected: print(expected), actual: print(actual) }
}

function showCase({ series, timestampsMs = [], end }: MetricsCase): Shown {
  return new Map(
    series.map(({ labels, values, value }) => {
      const samples =
        values === undefined ? [[end * SECOND_MS, value ?? 0] as const] : pairValues(timestampsMs, values)
      return [showLabels(labels), new Map(samples)]
    }),
  )
}

function pairValues(
  timestamps: readonly number[],
  values: readonly (number | null)[],
): readonly (readonly [number, number])[] {
  return timestamps.flatMap((at, index) => {
    const value = values[index]
    return value === undefined || value === null ? [] : [[at, value] as const]
  })
}

function evaluate(metricsCase: MetricsCase, traces: readonly Trace[]): Shown | string {
  try {
    const program = compile(check(parse(metricsCase.query)))
    if (program.kind !== 'metrics') return program.kind
    const accumulator = program.start(windowOf(metricsCase))
    for (const trace of traces) accumulator.add(trace)
    return new Map(accumulator.answer().series.map(showSeries))
  } catch (error) {
    return error instanceof TraceqlError ? `${error.stage}: ${error.message}` : `crash: ${String(error)}`
  }
}

function windowOf({ mode, start, end, step }: MetricsCase): MetricsWindow {
  const range = { start: start * SECOND_MS, end: end * SECOND_MS }
  if (mode === 'instant') return { mode, ...range }
  const stepMs = typeof step === 'number' ? step * SECOND_MS : defaultStepMs(range.start, range.end)
  return { mode, ...range, stepMs }
}

function showSeries({ labels, samples }: MetricSeries): readonly [string, ReadonlyMap<number, number>] {
  const typed = Object.fromEntries([...labels].map(([name, value]) => [name, toTyped(value)]))
  return [showLabels(typed), new Map(samples.map(({ at, value }) => [at, value]))]
}

function areEqual(expected: Shown, actual: Shown): boolean {
  return (
    expected.size === actual.size &&
    [...expected].every(([labels, values]) => areClose(values, actual.get(labels)))
  )
}

function areClose(
  expected: ReadonlyMap<number, number>,
  actual: ReadonlyMap<number, number> | undefined,
): boolean {
  if (actual === undefined || expected.size !== actual.size) return false
  return [...expected].every(([at, value]) => {
    const other = actual.get(at)
    return other !== undefined && Math.abs(other - value) <= RELATIVE_ERROR * Math.abs(value)
  })
}

function print(series: Shown): string {
  return [...series]
    .map(
      ([labels, values]) =>
        `${labels}: ${[...values].map(([at, value]) => `${value}@${at / SECOND_MS}`).join(' ')}`,
    )
    .sort()
    .join('\n')
}
