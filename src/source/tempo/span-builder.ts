import type { AttributeValue } from '../../model/attributes.js'
import { SPAN_KINDS, STATUS_CODES, type Span } from '../../model/span.js'
import type { TraceId } from '../../model/trace-id.js'
import type { Attribute, AttributeScope, Field } from '../../traceql/index.js'

/** Tempo's words for the parent of a root. */
const NO_PARENT = '0000000000000000'

/** Puts together a span from what a search tells of it. What was not asked for is as if it were not there. */
export class SpanBuilder {
  private start = 0n
  private end = 0n
  private name = ''
  private kind: Span['kind'] = 'unspecified'
  private code: Span['status']['code'] = 'unset'
  private message = ''
  private parentSpanId: string | undefined
  private scopeName = ''
  private scopeVersion = ''
  private readonly attributes: Readonly<Record<AttributeScope, Map<string, AttributeValue>>> = {
    span: new Map(),
    resource: new Map(),
    instrumentation: new Map(),
    event: new Map(),
    link: new Map(),
  }

  constructor(
    private readonly traceId: TraceId,
    private readonly spanId: string,
  ) {}

  setTimes(startTimeUnixNano: bigint, endTimeUnixNano: bigint): void {
    this.start = startTimeUnixNano
    this.end = endTimeUnixNano
  }

  /** Takes the value of a field; undefined for none. */
  set(field: Field, value: AttributeValue | undefined): void {
    if (value === undefined) return
    if (field.kind === 'Attribute') this.setAttribute(field, value)
    else if (typeof value === 'string') this.setIntrinsic(field.name, value)
  }

  build(): Span {
    const { span, resource, instrumentation } = this.attributes
    return {
      traceId: this.traceId,
      spanId: this.spanId,
      parentSpanId: this.parentSpanId,
      traceState: '',
      flags: 0,
      name: this.name,
      kind: this.kind,
      startTimeUnixNano: this.start,
      endTimeUnixNano: this.end,
      attributes: span,
      events: [],
      links: [],
      status: { code: this.code, message: this.message },
      resource: { attributes: resource },
      scope: { name: this.scopeName, version: this.scopeVersion, attributes: instrumentation },
    }
  }

  private setAttribute({ scope, name }: Attribute, value: AttributeValue): void {
    this.attributes[scope === 'none' ? 'span' : scope].set(name, value)
  }

  private setIntrinsic(name: string, value: string): void {
    switch (name) {
      case 'name':
        this.name = value
        break
      case 'kind':
        this.kind = SPAN_KINDS.find((kind) => kind === value) ?? 'unspecified'
        break
      case 'status':
        this.code = STATUS_CODES.find((code) => code === value) ?? 'unset'
        break
      case 'statusMessage':
        this.message = value
        break
      case 'span:parentID':
        this.parentSpanId = value === NO_PARENT || value === '' ? undefined : value.padStart(16, '0')
        break
      case 'instrumentation:name':
        this.scopeName = value
        break
      case 'instrumentation:version':
        this.scopeVersion = value
        break
      default:
    }
  }
}
