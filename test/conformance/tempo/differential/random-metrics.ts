import fc from 'fast-check'
import { OF_ITEMS, OF_UNMEASURED } from './random-condition.js'
import { conjunctionOfSpans } from './random-conjunction.js'
import { filterOf } from './random-filter.js'
import { oneOf, ORDER, piped, words, wrapped, type Query } from './query-text.js'
import { STARTS_WITHIN_MS } from './random-traces.js'

/** When a metrics query is asked, in seconds after the start of all traces. Without a step, as an instant query. */
export interface MetricsSpan {
  readonly fromSeconds: number
  readonly toSeconds: number
  readonly stepSeconds: number | undefined
}

export interface MetricsQuestion {
  readonly query: string
  readonly span: MetricsSpan
}

const STARTS_WITHIN_SECONDS = STARTS_WITHIN_MS / 1000

const step = fc.option(fc.constantFrom(1, 2, 5, 7, 15), { nil: undefined })
/** Every span starts in it, so that no series is there of nothing but zeros. */
const wholeSpan = fc.record({
  fromSeconds: fc.integer({ min: -20, max: -1 }),
  toSeconds: fc.integer({ min: STARTS_WITHIN_SECONDS + 1, max: STARTS_WITHIN_SECONDS + 15 }),
  stepSeconds: step,
})
const anySpan = fc
  .record({
    fromSeconds: fc.integer({ min: -10, max: STARTS_WITHIN_SECONDS }),
    length: fc.integer({ min: 1, max: 15 }),
    stepSeconds: step,
  })
  .map(({ fromSeconds, length, stepSeconds }) => ({
    fromSeconds,
    toSeconds: fromSeconds + length,
    stepSeconds,
  }))

/** No condition of a filter with `||` asks for these: Tempo then only has the values that satisfy it. */
const OWN_LABELS = ['duration', 'traceDuration', 'span.team', 'resource.cluster']
/** Some conditions ask for these, and then all spans must satisfy them. */
const SHARED_LABELS =
  'span.step span.region .region span.tries .replica span.load span.cached name kind status statusMessage rootName ' +
  'rootServiceName span:parentID instrumentation:name resource.service.name instrumentation.lang event:name ' +
  'event.reason link.why'

const grouped = (...labels: readonly string[]): Query =>
  fc.option(
    fc
      .shuffledSubarray([...labels], { minLength: 1, maxLength: Math.min(3, labels.length) })
      .map((chosen) => ` by (${chosen.join(', ')})`),
    { nil: '' },
  )
const ownLabels = grouped(...OWN_LABELS)
const anyLabels = grouped(...OWN_LABELS, ...SHARED_LABELS.split(' '))

const count = oneOf('rate()', 'count_over_time()')
const extreme = fc
  .tuple(
    oneOf('min_over_time', 'max_over_time', 'avg_over_time'),
    oneOf('duration', 'traceDuration', 'span.size', 'span.cost'),
  )
  .map(([name, field]) => `${name}(${field})`)
/** Of a field that every span has: Tempo loses the sum where one lacks it. */
const sum = oneOf('sum_over_time(duration)', 'sum_over_time(traceDuration)')
const quantile = fc
  .tuple(oneOf('duration', 'traceDuration', 'span.size'), oneOf('0.5', '.9', '0.5, 0.99', '0', '1'))
  .map(([field, quantiles]) => `quantile_over_time(${field}, ${quantiles})`)
const histogram = oneOf('duration', 'traceDuration', 'span.size').map((it) => `histogram_over_time(${it})`)
const measure = fc.oneof(count, extreme, sum, quantile, histogram)
/** Not the sum of numbers that may be added in any order. */
const exact = fc.oneof(
  oneOf('count_over_time()'),
  extreme.filter((it) => !it.startsWith('avg')),
  quantile,
  histogram,
)

const plus = (left: Query, right: Query): Query => fc.tuple(left, right).map((both) => both.join(''))

const all = oneOf('{ }', '{ true }')
const filter = fc.oneof(
  { weight: 6, arbitrary: filterOf([...OF_UNMEASURED, OF_ITEMS]) },
  { weight: 1, arbitrary: all },
)
const spansets = fc.oneof(
  { weight: 4, arbitrary: filter },
  { weight: 1, arbitrary: words(filter, oneOf('&&', '||', '>', '>>', '<<', '~', '!>', '!>>', '&>'), filter) },
  { weight: 1, arbitrary: piped(filter, filter) },
  { weight: 1, arbitrary: piped(filter, oneOf('count() > 2', 'avg(duration) > 1ms', 'by(name)')) },
)
const guardedSum = piped(oneOf('{ span.size > 0 }'), plus(oneOf('sum_over_time(span.size)'), ownLabels))

const measured = (by: Query): Query =>
  fc.oneof(piped(spansets, plus(by, ownLabels)), piped(conjunctionOfSpans, plus(by, anyLabels)))
const plain = fc.oneof({ weight: 8, arbitrary: measured(measure) }, { weight: 1, arbitrary: guardedSum })

const ranking = oneOf(' | topk(2)', ' | bottomk(1)', ' | topk(5)', ' | bottomk(4)')
const limit = words(ORDER, oneOf('0', '0.5', '1', '2', '1s')).map((it) => ` ${it}`)
const second = fc.oneof(ranking, limit)

/** Tempo matches series only if their labels come in one order. */
const partLabels = oneOf('', ' by (span.team)', ' by (resource.cluster)', ' by (span.team, resource.cluster)')
const part = wrapped(piped(filter, plus(measure, partLabels)))
const number = oneOf('2', '0.5', '0')
const arithmetic = fc.oneof(
  words(part, oneOf('+', '-', '*', '/'), part),
  words(part, oneOf('+', '-', '*', '/'), number),
  words(number, oneOf('+', '-', '*', '/'), part),
)

const derived = fc.oneof(
  { weight: 3, arbitrary: plus(measured(exact), second) },
  { weight: 1, arbitrary: plus(plus(measured(exact), ranking), second) },
  { weight: 3, arbitrary: arithmetic },
  { weight: 1, arbitrary: plus(arithmetic, limit) },
  {
    weight: 1,
    arbitrary: piped(
      all,
      conjunctionOfSpans.filter((it) => !/nestedSet|= nil/.test(it)).map((it) => `compare(${it})`),
    ),
  },
)

/** A metrics query and a time, which a real Tempo and we must answer alike but for series of nothing but zeros. */
export const randomMetrics: fc.Arbitrary<MetricsQuestion> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ query: plain, span: anySpan }) },
  { weight: 1, arbitrary: fc.record({ query: plain, span: wholeSpan }) },
  { weight: 2, arbitrary: fc.record({ query: derived, span: wholeSpan }) },
)
