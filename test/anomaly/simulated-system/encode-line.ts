import { EVENT_TIME } from './encode-exception.js'
import { attribute, type SimulatedSpan } from './simulated-span.js'
import type { Pod, Service } from './system.js'

/** What one pod sends at once. */
export interface Batch {
  readonly service: Service
  readonly pod: Pod
  readonly spans: readonly SimulatedSpan[]
}

export interface EncodeContext {
  readonly startUnixMs: number
  readonly namespace: string
}

/** A line of OTLP JSON Lines: one export request, with a resource for each pod. Spans have the time of their pod's clock. */
export function encodeLine(batches: readonly Batch[], context: EncodeContext): string {
  return `{"resourceSpans":[${batches.map((batch) => encodeBatch(batch, context)).join(',')}]}`
}

function encodeBatch({ service, pod, spans }: Batch, context: EncodeContext): string {
  const byScope = new Map<string, SimulatedSpan[]>()
  for (const span of spans) byScope.set(span.scope, [...(byScope.get(span.scope) ?? []), span])
  const scopes = [...byScope].map(([scope, inScope]) => {
    const encoded = inScope.map((span) => encodeSpan(span, context.startUnixMs + pod.node.skewMs))
    return `{"scope":{"name":${JSON.stringify(scope)}},"spans":[${encoded.join(',')}]}`
  })
  return `{"resource":{"attributes":[${resourceOf(service, pod, context)}]},"scopeSpans":[${scopes.join(',')}]}`
}

const resources = new WeakMap<Pod, string>()

function resourceOf(service: Service, pod: Pod, { namespace }: EncodeContext): string {
  const known = resources.get(pod)
  if (known !== undefined) return known
  const text = [
    attribute('service.name', service.name),
    attribute('service.namespace', namespace),
    attribute('service.version', pod.version),
    attribute('service.instance.id', pod.name),
    attribute('k8s.pod.name', pod.name),
    attribute('k8s.node.name', pod.node.name),
    attribute('cloud.availability_zone', pod.node.zone),
    attribute('telemetry.sdk.language', service.language),
  ].join(',')
  resources.set(pod, text)
  return text
}

function encodeSpan(span: SimulatedSpan, zeroUnixMs: number): string {
  const end = toUnixNano(zeroUnixMs + span.endMs)
  const parent = span.parentSpanId === '' ? '' : `,"parentSpanId":"${span.parentSpanId}"`
  const events = span.events === '' ? '' : `,"events":[${span.events.replace(EVENT_TIME, end)}]`
  const links = span.links === '' ? '' : `,"links":[${span.links}]`
  const status = span.failed ? `{"code":2,"message":${JSON.stringify(span.message)}}` : '{}'
  return `{"traceId":"${span.traceId}","spanId":"${span.spanId}"${parent},"name":${JSON.stringify(span.name)},"kind":${span.kind},"startTimeUnixNano":"${toUnixNano(zeroUnixMs + span.startMs)}","endTimeUnixNano":"${end}","attributes":[${span.attributes}]${events}${links},"status":${status}}`
}

/** Microseconds are as exact as a double of today's Unix time can be. */
function toUnixNano(unixMs: number): string {
  return `${Math.round(unixMs * 1000)}000`
}
