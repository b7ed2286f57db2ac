import { createHash } from 'node:crypto'
import fc from 'fast-check'

/** An attribute as OTLP/JSON has it. */
interface JsonAttribute {
  readonly key: string
  readonly value: Readonly<Record<string, string | number | boolean>>
}

type Choice = readonly [name: string, values: fc.Arbitrary<JsonAttribute['value']>]

const textOf = (...values: readonly string[]): Choice[1] =>
  fc.constantFrom(...values).map((stringValue) => ({ stringValue }))

/**
 * A name always has values of one type: Tempo compares integers with integers only. None of the names has a dedicated
 * column.
 */
const SPAN_ATTRIBUTES: readonly Choice[] = [
  ['step', textOf('pick', 'pack', 'ship it', 'Überweg', '')],
  ['region', textOf('eu', 'us')],
  ['tries', fc.integer({ min: -3, max: 6 }).map((value) => ({ intValue: String(value) }))],
  ['bytes', fc.constantFrom('1', '512', '4096', '9007199254740993').map((intValue) => ({ intValue }))],
  ['load', fc.constantFrom(-1.5, 0, 0.25, 2, 7.5).map((doubleValue) => ({ doubleValue }))],
  ['cached', fc.boolean().map((boolValue) => ({ boolValue }))],
]
const RESOURCE_ATTRIBUTES: readonly Choice[] = [
  ['region', textOf('eu', 'ap')],
  ['replica', fc.integer({ min: 1, max: 3 }).map((value) => ({ intValue: String(value) }))],
]
const EVENT_ATTRIBUTES: readonly Choice[] = [['reason', textOf('timeout', 'refused')]]
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

const span = fc.record({
  name: fc.constantFrom('GET /cart', 'charge', 'SELECT', 'publish'),
  kind: fc.nat({ max: 5 }),
  status: fc.constantFrom<readonly [number, string]>([0, ''], [0, ''], [1, ''], [2, ''], [2, 'card refused']),
  service: fc.nat({ max: 2 }),
  startNanos: fc.constantFrom(0, 500_000, 20_000_000, 300_000_000),
  durationNanos: fc.constantFrom(0, 999, 1_500_000, 80_000_000, 1_000_000_000, 2_500_000_000),
  /** A span before it, modulo their number, or one that is never sent. */
  parent: fc.oneof(
    { weight: 9, arbitrary: fc.nat() },
    { weight: 1, arbitrary: fc.constant('orphan' as const) },
  ),
  attributes: someOf(SPAN_ATTRIBUTES),
  // One at most: beside another condition Tempo does not see every event.
  events: fc.array(event, { maxLength: 1 }),
  links: fc.array(link, { maxLength: 1 }),
})

type RandomSpan = typeof span extends fc.Arbitrary<infer T> ? T : never

const SERVICES = ['shop', 'bank', 'depot'] as const

const randomTrace = fc.record({
  rooted: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  resources: fc.tuple(...SERVICES.map(() => someOf(RESOURCE_ATTRIBUTES))),
  spans: fc.array(span, { minLength: 1, maxLength: 9 }),
})

type RandomTrace = typeof randomTrace extends fc.Arbitrary<infer T> ? T : never

/** So many OTLP/JSON requests, of one whole trace each, with starts soon after this time. The seed decides all else. */
export function randomRequests(seed: number, count: number, startUnixMs: number): readonly object[] {
  return fc
    .sample(randomTrace, { seed, numRuns: count })
    .map((trace, index) => requestOf(trace, index, startUnixMs))
}

/** The same for the same words. Never begins with a zero, as Tempo cannot find such a span by its id. */
export function idOf(words: string, digits: number): string {
  const id = createHash('sha256').update(words).digest('hex').slice(0, digits)
  return id.startsWith('0') ? `f${id.slice(1)}` : id
}

export const traceIdOf = (trace: number): string => idOf(`trace ${trace}`, 32)
export const spanIdOf = (trace: number, at: number): string => idOf(`span ${trace} ${at}`, 16)

function requestOf({ rooted, resources, spans }: RandomTrace, trace: number, startUnixMs: number): object {
  const startUnixNano = BigInt(startUnixMs) * 1_000_000n
  const built = spans.map((each, at) => spanOf(each, { trace, at, rooted, startUnixNano }))
  const resourceSpans = SERVICES.map((name, service) => ({
    resource: {
      attributes: [{ key: 'service.name', value: { stringValue: name } }, ...(resources[service] ?? [])],
    },
    scopeSpans: [
      {
        scope: { name: `lib-${name}`, version: `1.${service}` },
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
  readonly rooted: boolean
  readonly startUnixNano: bigint
}

function spanOf(random: RandomSpan, { trace, at, rooted, startUnixNano }: SpanPlace): object {
  const start = startUnixNano + BigInt(random.startNanos)
  const [code, message] = random.status
  return {
    traceId: traceIdOf(trace),
    spanId: spanIdOf(trace, at),
    parentSpanId: parentOf(random.parent, trace, at, rooted),
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

function parentOf(parent: RandomSpan['parent'], trace: number, at: number, rooted: boolean): string {
  if (at === 0) return rooted ? '' : idOf(`never sent ${trace}`, 16)
  return parent === 'orphan' ? idOf(`never sent ${trace} ${at}`, 16) : spanIdOf(trace, parent % at)
}
