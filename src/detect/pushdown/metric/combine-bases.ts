import {
  NAME_LABEL,
  type BucketedSeries,
  type MetricsAggregate,
  type SeriesLabels,
} from '../../../traceql/index.js'

type Series = readonly BucketedSeries[]

/** The series of an aggregate over the whole window, of those of its base queries. */
export function combineBases(aggregate: MetricsAggregate, bases: readonly Series[], seconds: number): Series {
  const [first = [], second = []] = bases
  const named = (series: Series): Series => series.map((each) => rename(each, aggregate))
  if (aggregate.function === 'rate') return named(first.map((each) => divide(each, seconds)))
  if (aggregate.function !== 'avg_over_time') return named(first)
  const counts = new Map(second.map((each) => [keyOf(each.labels), each.values[0] ?? 0]))
  return named(
    first.flatMap((each) => {
      const count = counts.get(keyOf(each.labels)) ?? 0
      return count === 0 ? [] : [divide(each, count)]
    }),
  )
}

function divide(series: BucketedSeries, by: number): BucketedSeries {
  return { ...series, values: series.values.map((value) => value / by) }
}

/** A series without labels is named after the function of the query, not of its base. */
function rename(series: BucketedSeries, { function: name }: MetricsAggregate): BucketedSeries {
  return series.labels.has(NAME_LABEL) ? { ...series, labels: new Map([[NAME_LABEL, name]]) } : series
}

/** The same for the same labels; the names of base queries make no difference. */
export function keyOf(labels: SeriesLabels): string {
  return JSON.stringify(
    [...labels]
      .filter(([name]) => name !== NAME_LABEL)
      .map(([name, value]) => [name, String(value)])
      .sort(([left = ''], [right = '']) => (left < right ? -1 : 1)),
  )
}
