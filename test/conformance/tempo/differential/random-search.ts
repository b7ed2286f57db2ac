import fc from 'fast-check'
import { LENGTH, OF_CHILDREN, OF_COMPUTED, OF_ITEMS, OF_SPANS } from './random-condition.js'
import { conjunctionOfItems, conjunctionOfSpans } from './random-conjunction.js'
import { arrayFilterOf, filterOf } from './random-filter.js'
import { is, joined, oneOf, ORDER, piped, words, wrapped, type Query } from './query-text.js'

/** Which traces the searches are for. */
export interface SearchScope {
  /** Whether every trace has a root. */
  readonly rooted: boolean
  /** Whether a root leads to every span. */
  readonly connected: boolean
}

const NEGATED = ['!>', '!>>', '!<', '!<<', '!~']
const STRUCTURAL = ['>', '>>', '<', '<<', '~', '&>', '&<', '&~', ...NEGATED]
const LOGICAL = ['&&', '||', '&&', '||', '&&', '||']

/** At most one span of a trace: where more are above, Tempo loses some of the spans below. */
const oneAbove = words(oneOf('nestedSetLeft ='), oneOf('1', '2', '3')).map((it) => `{ ${it} }`)

const GROUPED_BY = [
  'resource.service.name',
  'resource.region',
  'resource.replica',
  '.region',
  'span.region',
  'span.cached',
  'span.tries',
  'span.load',
  'span.mixed',
  'span.tags',
  'span.codes',
  'span.http.method',
  'span.http.status_code',
  'span.step = "pick"',
  'span.tries % 2',
  'span.tries + span.load',
  'instrumentation.lang',
  'name',
  'status',
  'statusMessage',
  'kind',
  'duration',
  '-duration',
  'duration * 2',
  'duration > 80ms',
  'traceDuration',
  'rootName',
  'nestedSetParent',
  'span:parentID',
  'instrumentation:name',
  'event:name',
  'event.reason',
  'event.code',
  'link.why',
  'link:spanID',
  '1',
]
const group = oneOf(...GROUPED_BY).map((field) => `by(${field})`)
/** What every span has; a query that begins with another is only asked about the spans that have it. */
const groupOfAll = oneOf('by(name)', 'by(status)', 'by(kind)', 'by(duration)', 'by(resource.service.name)')

const aggregate = fc.oneof(
  is('count()', ORDER, oneOf('1', '2', '3', '5')),
  is('avg(duration)', ORDER, LENGTH),
  is('max(duration)', ORDER, LENGTH),
  is('min(duration)', ORDER, LENGTH),
  is('sum(duration)', ORDER, LENGTH),
  is('avg(duration / 2)', ORDER, oneOf('1ms', '100000000')),
  is('max(traceDuration)', ORDER, LENGTH),
  is('min(nestedSetLeft)', ORDER, oneOf('1', '2')),
  is('avg(span.load)', ORDER, oneOf('0.0', '0.25', '2.5')),
  is('min(span.load)', ORDER, oneOf('-1.5', '0.25')),
  is('max(span.tries)', ORDER, oneOf('0', '2', '5')),
  is('max(span.tries * 2 + 1)', ORDER, oneOf('0', '3')),
  is('sum(.tries)', ORDER, oneOf('0', '2')),
  is('sum(span.bytes)', ORDER, oneOf('512', '4608')),
  is('avg(resource.replica)', ORDER, oneOf('1', '1.5', '2')),
  is('min(span.mixed)', ORDER, oneOf('2', '2.5')),
  is('max(span.mixed)', ORDER, oneOf('2', '2.5')),
  is('max(event.code)', ORDER, oneOf('0', '2')),
)
const aggregateOfAll = fc.oneof(
  is('count()', ORDER, oneOf('1', '3')),
  is('avg(duration)', ORDER, LENGTH),
  is('max(duration)', ORDER, LENGTH),
)

const select = oneOf(
  'select(span.step)',
  'select(resource.region, name)',
  'select(.tries, event.code, status)',
)
const coalesce = oneOf('coalesce()')

/** Any search of TraceQL that a real Tempo and we must answer alike, if no span has two events or two links. */
export function randomSearch({ rooted, connected }: SearchScope): Query {
  const conditions = [...OF_SPANS, OF_ITEMS, OF_COMPUTED, ...(rooted ? [OF_CHILDREN] : [])]
  const filter = filterOf(conditions)
  const filterOrAll = fc.oneof(
    { weight: 9, arbitrary: filter },
    { weight: 1, arbitrary: oneOf('{ }', '{ true }') },
  )
  // Beside a structural operator, `{ }` means to Tempo the spans that a root leads to.
  const operand = connected ? fc.oneof({ weight: 9, arbitrary: filterOrAll }, oneOf('{ false }')) : filter
  const union = wrapped(
    fc.oneof(words(oneAbove, oneOf('&>>'), filter), words(filter, oneOf('&<<'), oneAbove)),
  )
  const logical = joined(filterOrAll, oneOf('&&', '||'), 2)
  const structural = joined(
    fc.oneof({ weight: 12, arbitrary: operand }, { weight: 1, arbitrary: union }),
    oneOf(...LOGICAL, ...STRUCTURAL),
    2,
  )
  const spansets = fc.oneof(logical, structural)
  const wrappedPipe = wrapped(fc.oneof(piped(filter, aggregate), piped(filter, group, coalesce), filter))
  return fc.oneof(
    { weight: 4, arbitrary: filterOrAll },
    { weight: 1, arbitrary: arrayFilterOf(conditions) },
    { weight: 6, arbitrary: spansets },
    { weight: 2, arbitrary: piped(spansets, aggregate) },
    { weight: 1, arbitrary: piped(spansets, aggregate, aggregate) },
    { weight: 1, arbitrary: piped(spansets, fc.oneof(filter, wrapped(filter))) },
    { weight: 1, arbitrary: piped(filter, aggregate, filter) },
    { weight: 1, arbitrary: piped(spansets, group) },
    { weight: 1, arbitrary: piped(spansets, group, group) },
    { weight: 2, arbitrary: piped(spansets, group, aggregate) },
    { weight: 1, arbitrary: piped(spansets, group, logical) },
    { weight: 1, arbitrary: piped(spansets, group, aggregate, coalesce, aggregate) },
    { weight: 1, arbitrary: piped(spansets, select) },
    { weight: 1, arbitrary: piped(filter, select, oneOf('count() > 1', 'count() = 2')) },
    { weight: 1, arbitrary: fc.oneof(aggregateOfAll, groupOfAll, piped(groupOfAll, aggregate)) },
    { weight: 1, arbitrary: words(wrappedPipe, oneOf(...LOGICAL, ...STRUCTURAL), wrappedPipe) },
  )
}

/** A search whose filters may be asked of spans with any number of events and links. */
export const randomSearchOfItems: Query = fc.oneof(
  { weight: 6, arbitrary: conjunctionOfItems },
  { weight: 1, arbitrary: piped(conjunctionOfItems, conjunctionOfSpans) },
  { weight: 1, arbitrary: piped(conjunctionOfItems, select) },
)
