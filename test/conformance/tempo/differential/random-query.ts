import fc from 'fast-check'
import { spanIdOf, traceIdOf } from './random-traces.js'

/*
 * Left out of all that follows is what docs/traceql-differences.md lists, where Tempo's storage bends the language:
 * reversed operands (`500 < span.x`), negations `!(...)`, integers beside doubles, arrays, dedicated columns,
 * aggregates before filters, span ids that begin with a zero, `= nil` without a scope, averages of negative integers,
 * unary minus, evaluation errors, `&>>`, `&<<`, negated structural operators (`!>`), `span:childCount`,
 * `= nil` beside another condition on the same attribute; and the traces have no span with two events.
 */

type Query = fc.Arbitrary<string>

const oneOf = (...words: readonly string[]): Query => fc.constantFrom(...words)
const quoted = (...words: readonly string[]): Query => oneOf(...words.map((word) => JSON.stringify(word)))
const words = (...parts: readonly Query[]): Query => fc.tuple(...parts).map((all) => all.join(' '))
const is = (field: string, operator: Query, value: Query): Query => words(fc.constant(field), operator, value)

const EQUAL = oneOf('=', '!=')
const ORDER = oneOf('=', '!=', '<', '<=', '>', '>=')
const MATCH = oneOf('=~', '!~')
const REGEX = quoted('.*', 'p.*', '.*e.*', 'eu|us', 'shop|bank', '(?i)GET.*', 'SELECT', '[a-f].+', 'x', '')
const LENGTH = oneOf('0s', '999ns', '1500us', '1.5ms', '80ms', '100ms', '1s', '2500ms', '2.8s')

const text = (field: string, ...values: readonly string[]): Query =>
  fc.oneof(is(field, EQUAL, quoted(...values)), is(field, MATCH, REGEX), is(field, ORDER, quoted(...values)))
const integer = (field: string): Query =>
  is(field, ORDER, oneOf('-2', '0', '1', '2', '5', '512', '9007199254740993'))

const ofNumbers = fc.oneof(
  integer('span.tries'),
  integer('.tries'),
  integer('span.bytes'),
  integer('resource.replica'),
  integer('.replica'),
  is('span.load', ORDER, oneOf('-1.5', '0.0', '0.25', '2.0', '3.5')),
  is('.load', ORDER, oneOf('-1.5', '0.0', '0.25', '2.0')),
  is('span.tries + 1', ORDER, oneOf('0', '2', '4')),
  is('span.tries * 2', ORDER, oneOf('span.bytes', '4')),
  is('span.load - 0.5', ORDER, oneOf('-0.25', '1.5')),
)

const ofTexts = fc.oneof(
  text('span.step', 'pick', 'pack', 'ship it', 'Überweg', '', 'none'),
  text('.step', 'pick', 'pack'),
  text('span.region', 'eu', 'us'),
  text('resource.region', 'eu', 'ap'),
  text('.region', 'eu', 'us', 'ap'),
  text('resource.service.name', 'shop', 'bank', 'nobody'),
  text('.service.name', 'shop', 'bank'),
  text('event.reason', 'timeout', 'refused'),
  text('link.why', 'retry', 'batch'),
)

const ofFlags = fc.oneof(
  is('span.cached', EQUAL, oneOf('true', 'false')),
  is('.cached', EQUAL, oneOf('true', 'false')),
  oneOf(
    'span.step != nil',
    'span.tries != nil',
    'resource.replica = nil',
    'resource.region != nil',
    'span.cached',
  ),
  is('span.region', EQUAL, oneOf('resource.region')),
)

const id = (field: string, ...ids: readonly string[]): Query => is(field, EQUAL, quoted(...ids))

const ofIntrinsics = fc.oneof(
  is('status', EQUAL, oneOf('error', 'ok', 'unset')),
  is('span:status', EQUAL, oneOf('error', 'ok', 'unset')),
  is('kind', EQUAL, oneOf('server', 'client', 'internal', 'producer', 'consumer', 'unspecified')),
  is('duration', ORDER, LENGTH),
  is('span:duration', ORDER, LENGTH),
  is('traceDuration', ORDER, LENGTH),
  text('name', 'GET /cart', 'charge', 'SELECT', 'none'),
  text('statusMessage', 'card refused', ''),
  text('rootName', 'GET /cart', 'charge'),
  text('rootServiceName', 'shop', 'bank'),
  text('event:name', 'exception', 'cache.miss'),
  is('event:timeSinceStart', ORDER, oneOf('0s', '1ms', '30ms')),
  text('instrumentation:name', 'lib-shop', 'lib-bank'),
  text('instrumentation:version', '1.0', '1.1'),
  oneOf('nestedSetParent < 0', 'nestedSetParent > 0'),
  id('trace:id', traceIdOf(0), traceIdOf(7)),
  id('span:id', spanIdOf(0, 0), spanIdOf(3, 1)),
  id('span:parentID', spanIdOf(0, 0), spanIdOf(4, 0)),
  id('link:traceID', traceIdOf(0), traceIdOf(2)),
  id('link:spanID', spanIdOf(0, 0), spanIdOf(1, 0)),
)

const comparison = fc.oneof(ofNumbers, ofTexts, ofFlags, ofIntrinsics, ofIntrinsics)

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'condition' },
    { weight: 3, arbitrary: comparison },
    { weight: 1, arbitrary: words(tie('condition'), oneOf('&&', '||'), tie('condition')) },
    {
      weight: 1,
      arbitrary: words(tie('condition'), oneOf('&&', '||'), tie('condition')).map((it) => `(${it})`),
    },
  ),
}))

const filter = fc.oneof(
  { weight: 9, arbitrary: condition.map((it) => `{ ${it} }`) },
  { weight: 1, arbitrary: oneOf('{ }', '{ true }') },
)

const STRUCTURAL = ['>', '>>', '<', '<<', '~', '&>', '&<', '&~']
const BETWEEN = oneOf('&&', '||', '&&', '||', ...STRUCTURAL)

const { spansets } = fc.letrec<{ spansets: string }>((tie) => ({
  spansets: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'spansets' },
    { weight: 2, arbitrary: filter },
    { weight: 1, arbitrary: words(tie('spansets'), BETWEEN, tie('spansets')) },
    { weight: 1, arbitrary: words(tie('spansets'), BETWEEN, tie('spansets')).map((it) => `(${it})`) },
  ),
}))

const group = oneOf(
  'resource.service.name',
  'span.region',
  'resource.region',
  'name',
  'status',
  'kind',
  'span.cached',
  'span.tries',
  'span.load',
).map((field) => `by(${field})`)

const aggregate = fc.oneof(
  is('count()', ORDER, oneOf('1', '2', '3', '5')),
  is('avg(duration)', ORDER, LENGTH),
  is('max(duration)', ORDER, LENGTH),
  is('min(duration)', ORDER, LENGTH),
  is('sum(duration)', ORDER, LENGTH),
  is('avg(span.load)', ORDER, oneOf('0.0', '0.25', '2.5')),
  is('max(span.tries)', ORDER, oneOf('0', '2', '5')),
  is('min(span.load)', ORDER, oneOf('-1.5', '0.25')),
  is('sum(span.bytes)', ORDER, oneOf('512', '4608')),
)

const select = oneOf('select(span.step)', 'select(resource.region, name)')

const piped = (...stages: readonly Query[]): Query => fc.tuple(...stages).map((all) => all.join(' | '))

/** Any search of TraceQL that a real Tempo and we must answer alike. */
export const randomQuery: Query = fc.oneof(
  { weight: 4, arbitrary: filter },
  { weight: 6, arbitrary: spansets },
  { weight: 2, arbitrary: piped(spansets, aggregate) },
  { weight: 1, arbitrary: piped(spansets, filter) },
  { weight: 1, arbitrary: piped(spansets, group) },
  { weight: 2, arbitrary: piped(filter, group, aggregate) },
  { weight: 1, arbitrary: piped(spansets, group, oneOf('coalesce()')) },
  { weight: 1, arbitrary: piped(filter, filter, aggregate, aggregate) },
  { weight: 1, arbitrary: piped(filter, select) },
)
