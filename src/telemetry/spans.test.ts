import { SpanStatusCode } from '@opentelemetry/api'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSpans, noSpans } from './spans.js'

const exporter = new InMemorySpanExporter()
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()

beforeEach(() => {
  exporter.reset()
})

describe('createSpans', () => {
  it('ends a span with its attributes and answers what the work answers', async () => {
    const answer = await createSpans().within('check', { rule: 'slow', count: 1 }, async (span) => {
      span.set({ count: 2, sampled: true })
      return 'done'
    })
    expect(answer).toBe('done')
    const [span, ...others] = exporter.getFinishedSpans()
    expect(others).toEqual([])
    expect(span?.name).toBe('check')
    expect(span?.attributes).toEqual({ rule: 'slow', count: 2, sampled: true })
    expect(span?.status).toEqual({ code: SpanStatusCode.UNSET })
  })

  it('makes a span within a span its child', async () => {
    const spans = createSpans()
    await spans.within('outer', {}, async () => {
      await Promise.resolve()
      await spans.within('inner', {}, async () => {})
    })
    const [inner, outer] = exporter.getFinishedSpans()
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
  })

  it.each<[string, () => Promise<never>]>([
    ['rejects', () => Promise.reject(new TypeError('no backend'))],
    [
      'throws',
      () => {
        throw new TypeError('no backend')
      },
    ],
  ])('records the error of work that %s without the status of one, and passes it on', async (_name, work) => {
    await expect(createSpans().within('query', {}, work)).rejects.toThrow('no backend')
    const [span] = exporter.getFinishedSpans()
    expect(span?.attributes).toEqual({ 'error.type': 'TypeError', 'tracebell.failure': 'no backend' })
    expect(span?.status).toEqual({ code: SpanStatusCode.UNSET })
    expect(span?.events[0]?.attributes?.['exception.message']).toBe('no backend')
  })

  it('records a failure where the work says so, without the status of one', async () => {
    await createSpans().within('post', {}, async (span) => {
      span.fail('HTTP 503')
    })
    const [span] = exporter.getFinishedSpans()
    expect(span?.attributes).toEqual({ 'error.type': '_OTHER', 'tracebell.failure': 'HTTP 503' })
    expect(span?.status).toEqual({ code: SpanStatusCode.UNSET })
  })
})

describe('noSpans', () => {
  it('does the work and makes no span', async () => {
    const answer = await noSpans.within('check', {}, async (span) => {
      span.set({ count: 1 })
      span.fail('not told')
      return 7
    })
    expect(answer).toBe(7)
    await expect(noSpans.within('check', {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(exporter.getFinishedSpans()).toEqual([])
  })
})
