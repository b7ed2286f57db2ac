import type { Attributes, AttributeValue } from '../../../src/model/attributes.js'
import type { Resource, Span, SpanKind } from '../../../src/model/span.js'
import { toUnixNano, type Timestamp } from '../../../src/model/time.js'
import type { Trace } from '../../../src/model/trace.js'
import { buildSpan } from '../../conformance/traceql/build-trace.js'

/** One span of a request, as a test tells it: its own time comes first, then its children, one after the other. */
export interface Step {
  readonly service: string
  readonly name: string
  readonly kind: SpanKind
  /** What it takes beside its children, in milliseconds; below zero it ends before it starts. */
  readonly ownMs: number
  readonly children: readonly Step[]
  readonly attributes?: Readonly<Record<string, AttributeValue>> | undefined
  readonly resource?: Readonly<Record<string, AttributeValue>> | undefined
  readonly failed?: boolean | undefined
  /** The type and message of what was thrown. */
  readonly exception?: readonly [string, string] | undefined
  /** It ends after so many milliseconds, whatever its children do. */
  readonly givesUpAfterMs?: number | undefined
  /** How far the clock of its host is ahead, in milliseconds. */
  readonly skewMs?: number | undefined
}

type Details = Partial<Omit<Step, 'service' | 'name' | 'kind' | 'ownMs' | 'children'>>

/** Makes steps of a kind. */
type MakeStep = (
  service: string,
  name: string,
  ownMs: number,
  children?: readonly Step[],
  details?: Details,
) => Step

const stepOf =
  (kind: Step['kind']): MakeStep =>
  (service, name, ownMs, children = [], details = {}) => ({
    service,
    name,
    kind,
    ownMs,
    children,
    ...details,
  })

/** A request that is served. */
export const serve = stepOf('server')

/** Work within a service. */
export const work = stepOf('internal')

const goOut = stepOf('client')

/** A call that goes out; what it takes beside what is served is the way. */
export function call(
  service: string,
  name: string,
  peer: string,
  ownMs: number,
  children: readonly Step[] = [],
  details: Details = {},
): Step {
  const attributes = { 'server.address': peer, ...details.attributes }
  return goOut(service, name, ownMs, children, { ...details, attributes })
}

/** The id of the trace of this number. */
export function traceIdOf(number: number): string {
  return number.toString(16).padStart(32, '0')
}

/** The trace of a request that begins `at`, its spans in the order in which they start. */
export function layOut(step: Step, number: number, at: Timestamp): Trace {
  const traceId = traceIdOf(number)
  const spans: Span[] = []
  place(step, toUnixNano(0) + BigInt(Math.round(at * 1e6)), undefined, { traceId, spans })
  return { traceId, spans }
}

/** Answers when it is over, by the clock of those who wait for it. */
function place(
  step: Step,
  start: bigint,
  parentSpanId: string | undefined,
  trace: Trace & { spans: Span[] },
): bigint {
  const { traceId, spans } = trace
  const spanId = (spans.length + 1).toString(16).padStart(16, '0')
  const index = spans.push(buildSpan()) - 1
  let end = start + nanos(step.ownMs)
  let next = start + nanos(Math.max(0, step.ownMs) / 2)
  for (const child of step.children) {
    const over = place(child, next, spanId, trace)
    end += over - next
    next = over
  }
  if (step.givesUpAfterMs !== undefined) end = start + nanos(step.givesUpAfterMs)
  const skew = nanos(step.skewMs ?? 0)
  spans[index] = buildSpan({
    traceId,
    spanId,
    parentSpanId,
    name: step.name,
    kind: step.kind,
    startTimeUnixNano: start + skew,
    endTimeUnixNano: end + skew,
    attributes: toAttributes(step.attributes),
    resource: resourceOf(step),
    status: { code: step.failed === true ? 'error' : 'unset', message: '' },
    events: eventsOf(step, end + skew),
  })
  return end
}

function nanos(ms: number): bigint {
  return BigInt(Math.round(ms * 1e6))
}

function toAttributes(record: Readonly<Record<string, AttributeValue>> = {}): Attributes {
  return new Map(Object.entries(record))
}

/** Spans of one process share what tells of it, as those of one request do. */
const resources = new Map<string, Resource>()

function resourceOf({ service, resource }: Step): Resource {
  const all = { ...(service === '' ? {} : { 'service.name': service }), ...resource }
  const key = JSON.stringify(all)
  const known = resources.get(key) ?? { attributes: toAttributes(all) }
  resources.set(key, known)
  return known
}

function eventsOf({ exception }: Step, timeUnixNano: bigint): Span['events'] {
  if (exception === undefined) return []
  const [type, message] = exception
  const attributes = toAttributes({ 'exception.type': type, 'exception.message': message })
  return [{ name: 'exception', timeUnixNano, attributes }]
}
