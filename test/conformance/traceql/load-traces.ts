import { readdirSync, readFileSync } from 'node:fs'
import type { Attributes, AttributeValue } from '../../../src/model/attributes.js'
import type { InstrumentationScope, Resource, Span } from '../../../src/model/span.js'
import { SPAN_KINDS, STATUS_CODES } from '../../../src/model/span.js'
import type { Trace } from '../../../src/model/trace.js'

interface OtlpValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: string | number
  readonly doubleValue?: number | string
  readonly bytesValue?: string
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] }
  readonly kvlistValue?: { readonly values?: readonly OtlpAttribute[] }
}

interface OtlpAttribute {
  readonly key: string
  readonly value: OtlpValue
}

interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name?: string
  readonly kind?: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: readonly OtlpAttribute[]
  readonly status?: { readonly code?: number; readonly message?: string }
  readonly events?: readonly {
    readonly name?: string
    readonly timeUnixNano: string
    readonly attributes?: readonly OtlpAttribute[]
  }[]
  readonly links?: readonly {
    readonly traceId: string
    readonly spanId: string
    readonly attributes?: readonly OtlpAttribute[]
  }[]
}

interface OtlpDocument {
  readonly resourceSpans: readonly {
    readonly resource?: { readonly attributes?: readonly OtlpAttribute[] }
    readonly scopeSpans: readonly {
      readonly scope?: {
        readonly name?: string
        readonly version?: string
        readonly attributes?: readonly OtlpAttribute[]
      }
      readonly spans: readonly OtlpSpan[]
    }[]
  }[]
}

/** The traces of a folder of OTLP/JSON documents, each of one trace. */
export function loadTraces(folder: URL): readonly Trace[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const document: OtlpDocument = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
      return toTrace(document)
    })
}

function toTrace(document: OtlpDocument): Trace {
  const spans = document.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const commonResource: Resource = { attributes: toAttributes(resource?.attributes) }
    return scopeSpans.flatMap(({ scope, spans: items }) => {
      const commonScope: InstrumentationScope = {
        name: scope?.name ?? '',
        version: scope?.version ?? '',
        attributes: toAttributes(scope?.attributes),
      }
      return items.map((item) => toSpan(item, commonResource, commonScope))
    })
  })
  return { traceId: spans[0]?.traceId ?? '', spans }
}

function toSpan(item: OtlpSpan, resource: Resource, scope: InstrumentationScope): Span {
  return {
    traceId: item.traceId.padStart(32, '0'),
    spanId: item.spanId,
    parentSpanId: item.parentSpanId === '' ? undefined : item.parentSpanId,
    traceState: '',
    flags: 0,
    name: item.name ?? '',
    kind: SPAN_KINDS[item.kind ?? 0] ?? 'unspecified',
    startTimeUnixNano: BigInt(item.startTimeUnixNano),
    endTimeUnixNano: BigInt(item.endTimeUnixNano),
    attributes: toAttributes(item.attributes),
    events: (item.events ?? []).map((event) => ({
      name: event.name ?? '',
      timeUnixNano: BigInt(event.timeUnixNano),
      attributes: toAttributes(event.attributes),
    })),
    links: (item.links ?? []).map((link) => ({
      traceId: link.traceId.padStart(32, '0'),
      spanId: link.spanId,
      traceState: '',
      attributes: toAttributes(link.attributes),
    })),
    status: { code: STATUS_CODES[item.status?.code ?? 0] ?? 'unset', message: item.status?.message ?? '' },
    resource,
    scope,
  }
}

function toAttributes(attributes: readonly OtlpAttribute[] = []): Attributes {
  return new Map(attributes.map(({ key, value }) => [key, toValue(value)]))
}

function toValue(value: OtlpValue): AttributeValue {
  if (value.stringValue !== undefined) return value.stringValue
  if (value.boolValue !== undefined) return value.boolValue
  if (value.intValue !== undefined) return BigInt(value.intValue)
  if (value.doubleValue !== undefined) return Number(value.doubleValue)
  if (value.bytesValue !== undefined) return Buffer.from(value.bytesValue, 'base64')
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(toValue)
  return toAttributes(value.kvlistValue?.values)
}
