import fc from 'fast-check'
import { idOf } from '../differential/random-traces.js'

type JsonValue = Readonly<Record<string, string | boolean | number>>

const texts = (...values: readonly string[]): fc.Arbitrary<JsonValue> =>
  fc.constantFrom(...values).map((stringValue) => ({ stringValue }))
const ints = (...values: readonly number[]): fc.Arbitrary<JsonValue> =>
  fc.constantFrom(...values).map((value) => ({ intValue: String(value) }))
const doubles = (...values: readonly number[]): fc.Arbitrary<JsonValue> =>
  fc.constantFrom(...values).map((doubleValue) => ({ doubleValue }))
const bools = fc.boolean().map((boolValue): JsonValue => ({ boolValue }))

/** Values of every type, as attributes have them that several libraries set. */
const anything = fc.oneof(texts('a', 'b', '5'), ints(-3, 0, 4, 5), doubles(-2.5, 4, 4.5, 5), bools)

/**
 * What traces have that bend Tempo's answers: attributes of several types, the same name on span and resource, and names
 * that have a column of their own (whose values are of that column's type).
 */
const SPAN_ATTRIBUTES: readonly (readonly [string, fc.Arbitrary<JsonValue>])[] = [
  ['x', anything],
  ['y', fc.oneof(ints(1, 4, 5), doubles(1.5, 4))],
  ['flag', fc.oneof({ weight: 4, arbitrary: bools }, { weight: 1, arbitrary: texts('yes') })],
  ['http.method', texts('GET', 'POST')],
  ['http.status_code', ints(200, 404, 500)],
  ['a "quoted" name', texts('a', 'b')],
]
const RESOURCE_ATTRIBUTES: readonly (readonly [string, fc.Arbitrary<JsonValue>])[] = [
  ['x', anything],
  ['k8s.pod.name', texts('pod-1', 'pod-2')],
]

function some(
  choices: readonly (readonly [string, fc.Arbitrary<JsonValue>])[],
): fc.Arbitrary<readonly { readonly key: string; readonly value: JsonValue }[]> {
  const each = choices.map(([key, values]) =>
    fc.option(values, { nil: undefined, freq: 2 }).map((value) => ({ key, value })),
  )
  return fc
    .tuple(...each)
    .map((all) => all.flatMap(({ key, value }) => (value === undefined ? [] : [{ key, value }])))
}

const span = fc.record({
  name: fc.constantFrom('GET /cart', 'charge', 'SELECT'),
  kind: fc.nat({ max: 5 }),
  status: fc.constantFrom(0, 1, 2),
  startNanos: fc.constantFrom(0, 500_000, 20_000_000),
  durationNanos: fc.constantFrom(0, 999, 1_500_000, 80_000_000, 1_000_000_000),
  parent: fc.nat(),
  isOrphan: fc.nat({ max: 11 }).map((lot) => lot === 0),
  attributes: some(SPAN_ATTRIBUTES),
})

const trace = fc.record({
  resources: fc.tuple(some(RESOURCE_ATTRIBUTES), some(RESOURCE_ATTRIBUTES)),
  spans: fc.array(span, { minLength: 1, maxLength: 7 }),
  services: fc.array(fc.nat({ max: 1 }), { minLength: 7, maxLength: 7 }),
})

type RandomTrace = typeof trace extends fc.Arbitrary<infer T> ? T : never

const SERVICES = ['shop', 'bank'] as const

/** So many OTLP/JSON requests, of one whole trace each, with starts soon after this time. The seed decides all else. */
export function mixedRequests(seed: number, count: number, startUnixMs: number): readonly object[] {
  return fc.sample(trace, { seed, numRuns: count }).map((each, index) => requestOf(each, index, startUnixMs))
}

/** Every eighth begins with zeros, which Tempo cannot look for. */
export function mixedSpanId(traceIndex: number, at: number): string {
  const id = idOf(`mixed span ${traceIndex} ${at}`, 16)
  return (traceIndex + at) % 8 === 0 ? `00${id.slice(2)}` : id
}

function requestOf({ resources, spans, services }: RandomTrace, index: number, startUnixMs: number): object {
  const built = spans.map((each, at) => spanOf(each, index, at, startUnixMs))
  const resourceSpans = SERVICES.map((name, service) => ({
    resource: {
      attributes: [{ key: 'service.name', value: { stringValue: name } }, ...(resources[service] ?? [])],
    },
    scopeSpans: [{ spans: built.filter((_, at) => services[at] === service) }],
  }))
  return {
    resourceSpans: resourceSpans.filter(({ scopeSpans }) => scopeSpans.some((each) => each.spans.length > 0)),
  }
}

function spanOf(
  random: RandomTrace['spans'][number],
  index: number,
  at: number,
  startUnixMs: number,
): object {
  const start = BigInt(startUnixMs) * 1_000_000n + BigInt(random.startNanos)
  const parent = random.isOrphan
    ? idOf(`never sent ${index} ${at}`, 16)
    : mixedSpanId(index, random.parent % Math.max(1, at))
  return {
    traceId: idOf(`mixed trace ${index}`, 32),
    spanId: mixedSpanId(index, at),
    parentSpanId: at === 0 ? '' : parent,
    name: random.name,
    kind: random.kind,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(random.durationNanos)),
    status: { code: random.status },
    attributes: random.attributes,
  }
}
