import { createHash } from 'node:crypto'
import fc from 'fast-check'

/** What kinds of traces there are. */
export interface TraceShape {
  /** `one` each has one root, `many` one or more, `none` no trace has any. */
  readonly roots: 'one' | 'many' | 'none'
  /** Whether spans may name a parent that is never sent. */
  readonly orphans: boolean
  /** Whether spans may have the id of another one, as the halves of a call in Zipkin's model have. */
  readonly sharedIds: boolean
  /** Events and links that a span has at most. */
  readonly items: number
}

/** An attribute as OTLP/JSON has it. */
interface JsonAttribute {
  readonly key: string
  readonly value: JsonValue
}

type JsonValue = Readonly<Record<string, unknown>>
type Choice = readonly [name: string, values: fc.Arbitrary<JsonValue>]

const textOf = (...values: readonly string[]): Choice[1] =>
  fc.constantFrom(...values).map((stringValue) => ({ stringValue }))
const intOf = (...values: readonly string[]): Choice[1] =>
  fc.constantFrom(...values).map((intValue) => ({ intValue }))
const doubleOf = (...values: readonly number[]): Choice[1] =>
  fc.constantFrom(...values).map((doubleValue) => ({ doubleValue }))
const arrayOf = (values: Choice[1]): Choice[1] =>
  fc.array(values, { minLength: 2, maxLength: 3 }).map((each) => ({ arrayValue: { values: each } }))

/**
 * But for `mixed`, a name always has values of one type: Tempo compares integers with integers only. Some serve one
 * purpose only: `note`, `zone` and `beta` are asked whether they are nil, `team` and `cluster` are grouped by, `size` and
 * `cost` are measured.
 */
const SPAN_ATTRIBUTES: readonly Choice[] = [
  ['step', textOf('pick', 'pack', 'ship it', 'Überweg', '')],
  ['note', textOf('fragile', 'heavy')],
  ['team', textOf('red', 'green', 'blue')],
  ['size', intOf('1', '3', '20', '700')],
  ['cost', doubleOf(-0.5, 0.75, 3)],
  ['region', textOf('eu', 'us')],
  ['tries', intOf('-3', '-2', '-1', '0', '1', '2', '3', '4', '5', '6')],
  ['bytes', intOf('1', '512', '4096', '9007199254740993')],
  ['load', doubleOf(-1.5, 0, 0.25, 2, 7.5)],
  ['cached', fc.boolean().map((boolValue) => ({ boolValue }))],
  ['tags', arrayOf(textOf('red', 'green', 'blue'))],
  ['codes', arrayOf(intOf('1', '2', '7'))],
  ['mixed', fc.oneof(intOf('2', '3'), doubleOf(2.5, 3.5), textOf('2', 'x'))],
  // These two have columns of their own in Tempo.
  ['http.status_code', intOf('200', '404', '500')],
  ['http.method', textOf('GET', 'POST')],
]
const RESOURCE_ATTRIBUTES: readonly Choice[] = [
  ['region', textOf('eu', 'ap')],
  ['replica', intOf('1', '2', '3')],
  ['zone', textOf('a', 'b')],
  ['cluster', textOf('one', 'two')],
]
const SCOPE_ATTRIBUTES: readonly Choice[] = [
  ['lang', textOf('go', 'js')],
  ['beta', fc.boolean().map((boolValue) => ({ boolValue }))],
]
const EVENT_ATTRIBUTES: readonly Choice[] = [
  ['reason', textOf('timeout', 'refused')],
  ['code', intOf('1', '2', '3')],
]
const LINK_ATTRIBUTES: readonly Choice[] = [['why', textOf('retry', 'batch')]]

/** Each of these names, or none. */
function someOf(choices: readonly Choice[]): fc.Arbitrary<readonly JsonAttribute[]> {
  const each = choices.map(([key, values]) =>
    fc.option(
      values.map((value): JsonAttribute => ({ key, value })),
      { nil: undefined },
    ),
  )
  return fc.tuple(...each).map((attributes) => attributes.filter((attribute) => attribute !== undefined))
}

const event = fc.record({
  name: fc.constantFrom('exception', 'cache.miss'),
  afterNanos: fc.constantFrom(0, 1_000_000, 40_000_000),
  attributes: someOf(EVENT_ATTRIBUTES),
})

const link = fc.record({ toTrace: fc.nat({ max: 3 }), attributes: someOf(LINK_ATTRIBUTES) })

/** A span before it, modulo their number; or none, or one that is never sent, where the shape allows. */
const randomParent = fc.oneof(
  { weight: 8, arbitrary: fc.nat() },
  { weight: 1, arbitrary: fc.constantFrom('orphan' as const, 'root' as const) },
)

function randomSpan({ items }: TraceShape) {
  return fc.record({
    name: fc.constantFrom('GET /cart', 'charge', 'SELECT', 'publish'),
    kind: fc.nat({ max: 5 }),
    status: fc.constantFrom<readonly [number, string]>(
      [0, ''],
      [0, ''],
      [1, ''],
      [2, ''],
      [2, 'card refused'],
    ),
    service: fc.nat({ max: 2 }),
    startNanos: fc.constantFrom(0, 500_000, 20_000_000, 300_000_000),
    durationNanos: fc.constantFrom(0, 999, 1_500_000, 80_000_000, 1_000_000_000, 2_500_000_000),
    parent: randomParent,
    /** The span before it whose id it has, modulo their number, where the shape allows. */
    shares: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat() }),
    attributes: someOf(SPAN_ATTRIBUTES),
    events: fc.array(event, { maxLength: items }),
    links: fc.array(link, { maxLength: items }),
  })
}

type RandomSpan = ReturnType<typeof randomSpan> extends fc.Arbitrary<infer T> ? T : never

const SERVICES = ['shop', 'bank', 'depot'] as const

/** Within this time after the start of all, every span starts. */
export const STARTS_WITHIN_MS = 40_000
const LATEST_START_OF_SPAN_MS = 300

/** Traces start on a grid of this, so that it can be known where no span starts. */
export const START_GRID_MS = 10

function randomTrace(shape: TraceShape) {
  return fc.record({
    startMs: fc
      .nat({ max: (STARTS_WITHIN_MS - LATEST_START_OF_SPAN_MS) / START_GRID_MS })
      .map((steps) => steps * START_GRID_MS),
    resources: fc.tuple(...SERVICES.map(() => someOf(RESOURCE_ATTRIBUTES))),
    scopes: fc.tuple(...SERVICES.map(() => someOf(SCOPE_ATTRIBUTES))),
    spans: fc.array(randomSpan(shape), { minLength: 1, maxLength: 9 }),
  })
}

type RandomTrace = ReturnType<typeof randomTrace> extends fc.Arbitrary<infer T> ? T : never

/** So many OTLP/JSON requests, of one whole trace each, with starts soon after this time. The seed decides all else. */
export function randomRequests(
  seed: number,
  count: number,
  startUnixMs: number,
  shape: TraceShape,
): readonly object[] {
  return fc
    .sample(randomTrace(shape), { seed, numRuns: count })
    .map((trace, index) => requestOf(trace, index, startUnixMs, shape))
}

/** The same for the same words. Never begins with a zero, as Tempo cannot find such a span by its id. */
export function idOf(words: string, digits: number): string {
  const id = createHash('sha256').update(words).digest('hex').slice(0, digits)
  return id.startsWith('0') ? `f${id.slice(1)}` : id
}

export const traceIdOf = (trace: number): string => idOf(`trace ${trace}`, 32)
export const spanIdOf = (trace: number, at: number): string => idOf(`span ${trace} ${at}`, 16)

function requestOf(random: RandomTrace, trace: number, startUnixMs: number, shape: TraceShape): object {
  const { resources, scopes, spans } = random
  const startUnixNano = BigInt(startUnixMs + random.startMs) * 1_000_000n
  const built = spans.map((each, at) => spanOf(each, { trace, at, shape, startUnixNano }))
  const resourceSpans = SERVICES.map((name, service) => ({
    resource: {
      attributes: [{ key: 'service.name', value: { stringValue: name } }, ...(resources[service] ?? [])],
    },
    scopeSpans: [
      {
        scope: { name: `lib-${name}`, version: `1.${service}`, attributes: scopes[service] ?? [] },
        spans: built.filter((_, at) => spans[at]?.service === service),
      },
    ],
  }))
  return {
    resourceSpans: resourceSpans.filter(({ scopeSpans }) => scopeSpans.some((each) => each.spans.length > 0)),
  }
}

interface SpanPlace {
  readonly trace: number
  readonly at: number
  readonly shape: TraceShape
  readonly startUnixNano: bigint
}

function spanOf(random: RandomSpan, place: SpanPlace): object {
  const start = place.startUnixNano + BigInt(random.startNanos)
  const [code, message] = random.status
  return {
    traceId: traceIdOf(place.trace),
    spanId: ownIdOf(random.shares, place),
    parentSpanId: parentOf(random.parent, place),
    name: random.name,
    kind: random.kind,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(random.durationNanos)),
    status: { code, message },
    attributes: random.attributes,
    events: random.events.map(({ name, afterNanos, attributes }) => ({
      name,
      timeUnixNano: String(start + BigInt(afterNanos)),
      attributes,
    })),
    links: random.links.map(({ toTrace, attributes }) => ({
      traceId: traceIdOf(toTrace),
      spanId: spanIdOf(toTrace, 0),
      attributes,
    })),
  }
}

function ownIdOf(shares: RandomSpan['shares'], { trace, at, shape }: SpanPlace): string {
  const isShared = shape.sharedIds && shares !== undefined && at > 0
  return spanIdOf(trace, isShared ? shares % at : at)
}

const NO_PARENT = ''

function parentOf(parent: RandomSpan['parent'], { trace, at, shape }: SpanPlace): string {
  const missing = idOf(`never sent ${trace} ${at}`, 16)
  if (at === 0) return shape.roots === 'none' ? missing : NO_PARENT
  if (parent === 'root' && shape.roots === 'many') return NO_PARENT
  if (parent === 'orphan' && shape.orphans) return missing
  return spanIdOf(trace, typeof parent === 'number' ? parent % at : at - 1)
}
