import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCulprit, parseProof, rootOf, type ProofSpan } from './proof.js'

interface OtlpSpan {
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status?: { readonly code?: string; readonly message?: string }
}

function batch(service: string, spans: readonly OtlpSpan[]): object {
  const attributes = [
    { key: 'host.name', value: { stringValue: 'a' } },
    { key: 'service.name', value: { stringValue: service } },
  ]
  return { resource: { attributes }, scopeSpans: [{ scope: { name: 'test' }, spans }] }
}

describe('parseProof', () => {
  it('reads spans with their services', () => {
    const body = {
      batches: [
        batch('storefront', [
          {
            spanId: 'AQ==',
            name: 'GET /search',
            startTimeUnixNano: '1000000',
            endTimeUnixNano: '1501000000',
          },
        ]),
        batch('inventory', [
          {
            spanId: 'Ag==',
            parentSpanId: 'AQ==',
            name: 'SELECT prints',
            startTimeUnixNano: '1795467583000000001',
            endTimeUnixNano: '1795467583001500001',
            status: { code: 'STATUS_CODE_ERROR', message: 'no answer' },
          },
        ]),
      ],
    }
    expect(parseProof(body)).toEqual([
      {
        id: 'AQ==',
        parentId: undefined,
        service: 'storefront',
        name: 'GET /search',
        durationMs: 1500,
        failed: false,
        message: undefined,
      },
      {
        id: 'Ag==',
        parentId: 'AQ==',
        service: 'inventory',
        name: 'SELECT prints',
        durationMs: 1.5,
        failed: true,
        message: 'no answer',
      },
    ])
  })

  it.each([
    [undefined],
    [null],
    ['text'],
    [{}],
    [{ batches: 3 }],
    [{ batches: [null, { scopeSpans: [{}] }] }],
  ])('finds no span in %j', (body) => {
    expect(parseProof(body)).toEqual([])
  })

  it('never throws', () => {
    const key = fc.constantFrom(
      'batches',
      'scopeSpans',
      'spans',
      'resource',
      'attributes',
      'status',
      'spanId',
    )
    const anyBody = fc.property(fc.object({ key, maxDepth: 5 }), (body) => void parseProof(body))
    expect(() => fc.assert(anyBody)).not.toThrow()
  })
})

interface Drawn {
  readonly id: string
  readonly in?: string
  readonly ms?: number
  readonly failed?: boolean
}

function draw(spans: readonly Drawn[]): ProofSpan[] {
  return spans.map(({ id, in: parentId, ms = 1, failed = false }) => ({
    id,
    parentId,
    service: 'shop',
    name: id,
    durationMs: ms,
    failed,
    message: undefined,
  }))
}

describe('the culprit', () => {
  it.each<[string, 'slow' | 'failed', readonly Drawn[], string | undefined]>([
    ['of nothing is nobody', 'slow', [], undefined],
    ['of a trace without a root is nobody', 'slow', [{ id: 'b', in: 'a', ms: 9 }], undefined],
    [
      'of a slow trace is the innermost span with most of the time',
      'slow',
      [
        { id: 'root', ms: 100 },
        { id: 'quick', in: 'root', ms: 20 },
        { id: 'call', in: 'root', ms: 78 },
        { id: 'work', in: 'call', ms: 77 },
        { id: 'bit', in: 'work', ms: 30 },
      ],
      'work',
    ],
    [
      'of a slow trace is its root where no child took most of the time',
      'slow',
      [
        { id: 'root', ms: 100 },
        { id: 'a', in: 'root', ms: 40 },
        { id: 'b', in: 'root', ms: 50 },
      ],
      'root',
    ],
    [
      'of a failed trace is the innermost failed span',
      'failed',
      [
        { id: 'root', failed: true },
        { id: 'fine', in: 'root' },
        { id: 'call', in: 'root', failed: true },
        { id: 'query', in: 'call', failed: true },
        { id: 'deeper', in: 'query' },
      ],
      'query',
    ],
    ['of a failed trace without a failed span is nobody', 'failed', [{ id: 'root' }], undefined],
  ])('%s', (_, alert, spans, culprit) => {
    expect(findCulprit(draw(spans), alert)?.id).toBe(culprit)
  })

  it('is found where spans are their own parents', () => {
    const spans = draw([
      { id: 'root', ms: 9 },
      { id: 'a', in: 'root', ms: 8 },
      { id: 'a', in: 'a', ms: 8 },
    ])
    expect(findCulprit(spans, 'slow')?.id).toBe('a')
  })
})

describe('the root', () => {
  it('is the span without a parent', () => {
    expect(rootOf(draw([{ id: 'b', in: 'a' }, { id: 'a' }]))?.id).toBe('a')
  })
})
