import type { Answer, Series, TraceExemplar } from '../../../model/question.js'
import {
  NAME_LABEL,
  printField,
  type BucketedSeries,
  type Exemplar,
  type Field,
  type LabelValue,
  type MetricsAggregate,
  type SeriesLabels,
} from '../../../traceql/index.js'
import { countStepMs } from '../../count-window.js'
import type { SourceRun } from '../source-run.js'
import type { BaseQuery, Merge } from './base-query.js'
import { mergeSeries } from './merge-series.js'
import { halvePart, type CountedPart } from '../../halve-part.js'

/** The series of a base query over a whole window. */
export interface BaseAnswer {
  readonly series: readonly BucketedSeries[]
  readonly isComplete: boolean
}

/** Asks for base queries, each text once. */
export type AskBase = (base: BaseQuery, query: string) => Promise<BaseAnswer>

export function createBaseAsker(run: SourceRun): AskBase {
  const asked = new Map<string, Promise<BaseAnswer>>()
  return (base, query) => {
    const known = asked.get(query)
    if (known !== undefined) return known
    const answer = askBase(base, query, run)
    asked.set(query, answer)
    return answer
  }
}

/** Requests that one base query may cost. */
const BASE_BUDGET = 32

/**
 * Asks the source for a base query in steps, and merges them: so no span at the edge of the window is lost or counted
 * twice. An answer that was cut is asked for again in two halves.
 */
async function askBase(base: BaseQuery, query: string, run: SourceRun): Promise<BaseAnswer> {
  const { window } = run
  const todo: CountedPart[] = [{ window, stepMs: countStepMs(window.end - window.start) }]
  const parts: BucketedSeries[] = []
  let isComplete = true
  for (let asked = 0; ; asked += 1) {
    const part = todo.pop()
    if (part === undefined) return { series: mergeSeries([parts], base.merge), isComplete }
    if (asked === BASE_BUDGET) return { series: mergeSeries([parts], base.merge), isComplete: false }
    const answer = await run.queryRange({ query, ...part })
    const halves = answer.completeness === 'complete' ? [] : halvePart(part)
    todo.push(...halves)
    if (halves.length > 0) continue
    isComplete &&= answer.completeness === 'complete'
    parts.push(...toSeries(answer, base))
  }
}

function toSeries({ items }: Answer<Series>, { leaf, merge }: BaseQuery): readonly BucketedSeries[] {
  const { aggregate } = leaf
  if (aggregate.kind !== 'MetricsAggregate') return []
  return items.flatMap(({ labels, samples, exemplars = [] }): BucketedSeries[] => {
    if (samples.length === 0) return []
    const value = mergeAll(samples, merge)
    // What was only counted just before the window is counted to 0 in it.
    if (value === 0 && isCount(aggregate) && aggregate.by.length > 0) return []
    return [
      {
        labels: toLabels(labels, aggregate.by),
        values: Float64Array.of(value),
        exemplars: exemplars.map(toExemplar),
      },
    ]
  })
}

function isCount({ function: name }: MetricsAggregate): boolean {
  return name === 'count_over_time' || name === 'histogram_over_time'
}

function mergeAll(samples: Series['samples'], merge: Merge): number {
  const values = samples.map(({ value }) => value)
  if (merge === 'sum') return values.reduce((sum, value) => sum + value, 0)
  return merge === 'min' ? Math.min(...values) : Math.max(...values)
}

function toExemplar({ traceId, at, value }: TraceExemplar): Exemplar {
  return { traceId, spanId: '', at, value }
}

const NIL = 'nil'
const BUCKET_LABEL = '__bucket'

/**
 * The labels as TraceQL has them: where a value is missing there is no label, but if all are, the first says so. Tempo
 * gives some missing values the text `nil`.
 */
function toLabels(labels: ReadonlyMap<string, string>, by: readonly Field[]): SeriesLabels {
  const found = new Map<string, LabelValue>()
  for (const field of by) {
    const value = labels.get(printField(field)) ?? labels.get(plainName(field))
    if (value !== undefined && value !== NIL) found.set(printField(field), value)
  }
  const [first] = by
  if (first === undefined) found.set(NAME_LABEL, '')
  else if (found.size === 0) found.set(printField(first), NIL)
  const bucket = labels.get(BUCKET_LABEL)
  return bucket === undefined ? found : found.set(BUCKET_LABEL, Number(bucket))
}

/** As Tempo writes a name that TraceQL would have in quotes. */
function plainName(field: Field): string {
  if (field.kind === 'Intrinsic') return field.name
  return field.scope === 'none' ? `.${field.name}` : `${field.scope}.${field.name}`
}
