/** One span of a trace, as far as the demo shows it. */
export interface ProofSpan {
  readonly id: string
  readonly parentId: string | undefined
  readonly service: string
  readonly name: string
  readonly durationMs: number
  readonly failed: boolean
  readonly message: string | undefined
}

/** Reads the answer of `/api/traces/<id>`. What is not as expected is left out. */
export function parseProof(body: unknown): ProofSpan[] {
  return list(body, 'batches').flatMap((batch) => {
    const service = readService(batch)
    return list(batch, 'scopeSpans').flatMap((scope) =>
      list(scope, 'spans').map((span) => toProofSpan(span, service)),
    )
  })
}

function toProofSpan(span: unknown, service: string): ProofSpan {
  const status = field(span, 'status')
  const durationNs = nanoseconds(span, 'endTimeUnixNano') - nanoseconds(span, 'startTimeUnixNano')
  return {
    id: text(span, 'spanId') ?? '',
    parentId: text(span, 'parentSpanId'),
    service,
    name: text(span, 'name') ?? '',
    durationMs: Number(durationNs) / 1e6,
    failed: text(status, 'code') === 'STATUS_CODE_ERROR',
    message: text(status, 'message'),
  }
}

function readService(batch: unknown): string {
  const attribute = list(field(batch, 'resource'), 'attributes').find(
    (each) => text(each, 'key') === 'service.name',
  )
  return text(field(attribute, 'value'), 'stringValue') ?? ''
}

/**
 * The span that explains an alert best: of a failed trace the innermost one that failed, of a slow one the innermost
 * that took most of the time of the one around it.
 */
export function findCulprit(spans: readonly ProofSpan[], alert: 'failed' | 'slow'): ProofSpan | undefined {
  if (alert === 'failed') {
    return spans.find((span) => span.failed && !childrenOf(span, spans).some((child) => child.failed))
  }
  let culprit = rootOf(spans)
  for (let step = 0; culprit !== undefined && step < spans.length; step += 1) {
    const enoughMs = culprit.durationMs / 2
    const inner = childrenOf(culprit, spans).find((child) => child.durationMs > enoughMs)
    if (inner === undefined) break
    culprit = inner
  }
  return culprit
}

export function rootOf(spans: readonly ProofSpan[]): ProofSpan | undefined {
  return spans.find((span) => span.parentId === undefined)
}

function childrenOf({ id }: ProofSpan, spans: readonly ProofSpan[]): ProofSpan[] {
  return spans.filter((span) => span.parentId === id)
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function list(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name)
  return Array.isArray(found) ? found : []
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name)
  return typeof found === 'string' && found !== '' ? found : undefined
}

function nanoseconds(span: unknown, name: string): bigint {
  const found = text(span, name) ?? ''
  return /^\d{1,20}$/.test(found) ? BigInt(found) : 0n
}
