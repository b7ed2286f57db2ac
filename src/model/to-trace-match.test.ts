import { describe, expect, it } from 'vitest'
import { buildSpan, buildTrace, START_NANO, TRACE_ID } from '../../test/conformance/traceql/build-trace.js'
import { toTraceMatch } from './to-trace-match.js'

const START = Number(START_NANO / 1_000_000n)
const failed = { code: 'error', message: '' } as const
const of = (service: string) => ({ attributes: new Map([['service.name', service]]) })

describe('toTraceMatch', () => {
  it('tells of a trace what a search does', () => {
    const root = buildSpan({ spanId: '0000000000000001', name: 'GET /', resource: of('web') })
    const child = buildSpan({
      spanId: '0000000000000002',
      parentSpanId: root.spanId,
      startTimeUnixNano: START_NANO - 1_000_000n,
      endTimeUnixNano: START_NANO + 1_999_999n,
      resource: of('cart'),
      status: failed,
    })
    expect(toTraceMatch(buildTrace(child, root))).toEqual({
      traceId: TRACE_ID,
      rootServiceName: 'web',
      rootSpanName: 'GET /',
      start: START - 1,
      durationMs: 2,
      failedServices: ['cart'],
    })
  })

  it('says nothing of a root that has not come, or has no name', () => {
    const orphan = buildSpan({ parentSpanId: '0000000000000009' })
    expect(toTraceMatch(buildTrace(orphan))).toMatchObject({
      rootServiceName: undefined,
      rootSpanName: undefined,
    })
    expect(toTraceMatch(buildTrace(buildSpan({ name: '' })))).toMatchObject({ rootSpanName: undefined })
  })

  it('names the services with most spans in error first', () => {
    const spans = ['b', 'c', 'a', 'c', '', 'd'].map((service, index) =>
      buildSpan({
        spanId: `000000000000000${index + 1}`,
        resource: of(service),
        status: service === 'd' ? { code: 'ok', message: '' } : failed,
      }),
    )
    expect(toTraceMatch(buildTrace(...spans)).failedServices).toEqual(['c', 'a', 'b'])
  })
})
