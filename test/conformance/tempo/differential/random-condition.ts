import fc from 'fast-check'
import { EQUAL, is, MATCH, oneOf, ORDER, quoted, type Query } from './query-text.js'
import { spanIdOf, traceIdOf } from './random-traces.js'

/*
 * Conditions that a real Tempo and we answer alike, in whatever way they are joined. What is left out, because Tempo's
 * storage answers it otherwise, is in docs/traceql-differences.md.
 */

const REGEX = quoted('.*', 'p.*', '.*e.*', 'eu|us', 'shop|bank', '(?i)GET.*', 'SELECT', '[a-f].+', 'x', '')
export const LENGTH = oneOf('0s', '999ns', '1500us', '1.5ms', '80ms', '100ms', '1s', '2500ms', '2.8s')

export const text = (field: string, ...values: readonly string[]): Query =>
  fc.oneof(is(field, EQUAL, quoted(...values)), is(field, MATCH, REGEX), is(field, ORDER, quoted(...values)))
const integer = (field: string): Query =>
  is(field, ORDER, oneOf('-2', '0', '1', '2', '5', '512', '9007199254740993'))
export const id = (field: string, ...ids: readonly string[]): Query => is(field, EQUAL, quoted(...ids))

/** Tempo has the text "nil" where a span lacks the second, in a column of its own; so nothing is asked that it satisfies. */
const ofNumbers = fc.oneof(
  integer('span.tries'),
  integer('.tries'),
  integer('span.bytes'),
  integer('resource.replica'),
  integer('.replica'),
  is('span.http.status_code', ORDER, oneOf('200', '404', '499')),
  is('span.load', ORDER, oneOf('-1.5', '0.0', '0.25', '2.0', '3.5')),
  is('.load', ORDER, oneOf('-1.5', '0.0', '0.25', '2.0')),
)

const ofArithmetic = fc.oneof(
  is('span.tries + 1', ORDER, oneOf('0', '2', '4')),
  is('span.tries * 2', ORDER, oneOf('span.bytes', '4')),
  is('span.tries / 2', ORDER, oneOf('-1', '1', '1.5')),
  is('span.tries % 3', ORDER, oneOf('-1', '0', 'resource.replica')),
  is('2 ^ span.tries', ORDER, oneOf('1', '8', '9')),
  is('1', ORDER, oneOf('span.tries + 1', '1 + .replica')),
  is('span.bytes * 4611686018427387904', ORDER, oneOf('0', '512')),
  is('span.load - 0.5', ORDER, oneOf('-0.25', '1.5')),
  is('span.load * span.tries', ORDER, oneOf('0', '1.5', 'span.load')),
  is('span.load / 0', ORDER, oneOf('1', 'span.load')),
  is('.replica + .tries', ORDER, oneOf('2', '.tries')),
  is('span.http.status_code + 1', ORDER, oneOf('201', '500')),
  is('span.mixed + 1', ORDER, oneOf('3', '3.5')),
)

const ofTexts = fc.oneof(
  text('span.step', 'pick', 'pack', 'ship it', 'Überweg', '', 'none'),
  text('.step', 'pick', 'pack'),
  text('span.region', 'eu', 'us'),
  text('resource.region', 'eu', 'ap'),
  text('.region', 'eu', 'us', 'ap'),
  text('span.mixed', '2', 'x', ''),
  text('resource.service.name', 'shop', 'bank', 'nobody'),
  text('.service.name', 'shop', 'bank'),
  text('instrumentation.lang', 'go', 'js'),
  is('span.http.method', oneOf('='), quoted('GET', 'POST')),
  is('span.http.method', oneOf('=~'), quoted('P.*', 'GET|PUT')),
  is('"shop"', EQUAL, oneOf('resource.service.name', '.service.name')),
)

const ofFlags = fc.oneof(
  is('span.cached', EQUAL, oneOf('true', 'false')),
  is('.cached', EQUAL, oneOf('true', 'false')),
)

/** No name that is nil here is asked for anything else: Tempo then takes a missing value for the text "nil". */
const ofPresence = oneOf(
  'span.note = nil',
  'resource.zone = nil',
  'instrumentation.beta = nil',
  ...['span.step', 'span.tries', '.replica', 'span.mixed', 'resource.region'].map((name) => `${name} != nil`),
)

const ofTwoAttributes = fc.oneof(
  is('span.region', ORDER, oneOf('resource.region', '.region', 'span.step')),
  is('span.cached', EQUAL, oneOf('.cached')),
  is('span.tries', ORDER, oneOf('span.load', 'span.bytes', 'resource.replica', 'span.mixed')),
)

/** Where a span has no place in the tree, or Tempo did not read it, the numbers are 0, which none of these are. */
export const ofPlaces: Query = fc.oneof(
  oneOf('nestedSetParent < 0', 'nestedSetParent = -1'),
  is('nestedSetParent', oneOf('>', '>=', '='), oneOf('1', '3')),
  is('nestedSetLeft', oneOf('>', '>=', '='), oneOf('1', '2', '5')),
  is('nestedSetRight', oneOf('>', '>=', '='), oneOf('2', '4', '8')),
)

const ofTimes = fc.oneof(
  is('duration', ORDER, LENGTH),
  is('duration', ORDER, oneOf('80000000', '1.5e9')),
  is('span:duration', ORDER, LENGTH),
  is('traceDuration', ORDER, LENGTH),
)

const ofIntrinsics = fc.oneof(
  is('status', EQUAL, oneOf('error', 'ok', 'unset')),
  is('span:status', EQUAL, oneOf('error', 'ok', 'unset')),
  is('kind', EQUAL, oneOf('server', 'client', 'internal', 'producer', 'consumer', 'unspecified')),
  text('name', 'GET /cart', 'charge', 'SELECT', 'none'),
  text('statusMessage', 'card refused', ''),
  text('rootName', 'GET /cart', 'charge'),
  text('rootServiceName', 'shop', 'bank'),
  text('instrumentation:name', 'lib-shop', 'lib-bank'),
  text('instrumentation:version', '1.0', '1.1'),
  is('"charge"', EQUAL, oneOf('name', 'rootName')),
  id('trace:id', traceIdOf(0), traceIdOf(7)),
  id('span:id', spanIdOf(0, 0), spanIdOf(3, 1)),
  id('span:parentID', spanIdOf(0, 0), spanIdOf(4, 0)),
)

/** What metrics queries may ask too: they measure times, and see arrays wrongly. */
export const OF_UNMEASURED: readonly Query[] = [
  ofNumbers,
  ofArithmetic,
  ofTexts,
  ofFlags,
  ofPresence,
  ofTwoAttributes,
  ofIntrinsics,
]

/** What the span itself says, in a comparison with a literal or among its attributes. */
export const OF_SPANS: readonly Query[] = [
  ...OF_UNMEASURED,
  ofPlaces,
  ofTimes,
  is('span.codes', oneOf('=', '<', '>'), oneOf('span.tries')),
]

/** Comparisons of intrinsics that no column can answer. Tempo's metrics take any span for these. */
export const OF_COMPUTED: Query = fc.oneof(
  is('duration * 2', ORDER, LENGTH),
  is('-duration', ORDER, oneOf('-1ms', '0s')),
  is('duration', ORDER, oneOf('traceDuration', 'traceDuration / 2')),
  is('name', ORDER, oneOf('rootName', 'span.step')),
  is('rootServiceName', EQUAL, oneOf('resource.service.name')),
)

/** Tempo counts none of them well in a trace without a root. */
export const OF_CHILDREN: Query = is('span:childCount', ORDER, oneOf('0', '1', '2', '3'))

/**
 * On spans with one event and one link at most. Without any, Tempo sometimes has an empty text, or 0, which satisfies
 * none of these.
 */
export const OF_ITEMS: Query = fc.oneof(
  is('event:name', oneOf('='), quoted('exception', 'cache.miss')),
  is('event:name', oneOf('=~'), quoted('exc.*', '.*e.*')),
  is('event:timeSinceStart', oneOf('>', '>='), oneOf('1ms', '30ms')),
  text('event.reason', 'timeout', 'refused'),
  integer('event.code'),
  text('link.why', 'retry', 'batch'),
  is('link:traceID', oneOf('='), quoted(traceIdOf(0), traceIdOf(2))),
  is('link:spanID', oneOf('='), quoted(spanIdOf(0, 0), spanIdOf(1, 0))),
  oneOf('event.code != nil', 'link.why != nil'),
)
