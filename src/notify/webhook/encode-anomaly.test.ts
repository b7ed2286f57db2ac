import { assert, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Anomaly, HighLatency } from '../../model/anomaly.js'
import { encodeAnomaly } from './encode-anomaly.js'

const slow: HighLatency = {
  type: 'high_latency',
  at: 1_705_420_800_999,
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanName: 'GET /api/search',
  serviceName: 'shop',
  durationMs: 1500,
  affectedTraces: 1,
  totalTraces: 50,
  sampled: false,
}

describe('encodeAnomaly', () => {
  it.each<[string, Anomaly, string]>([
    [
      'high latency',
      slow,
      '{"anomaly_type":"high_latency","trace_id":"0af7651916cd43dd8448eb211c80319c","span_name":"GET /api/search","duration_ms":1500,"affected_traces":1,"total_traces":50,"timestamp":1705420800}',
    ],
    [
      'an error status',
      {
        type: 'error_status',
        at: 1_705_420_800_000,
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanName: 'POST /upload',
        serviceName: undefined,
        errorMessage: 'Trace contains error status',
        failedServices: ['shop'],
        affectedTraces: 1,
        totalTraces: 50,
        sampled: false,
      },
      '{"anomaly_type":"error_status","trace_id":"0af7651916cd43dd8448eb211c80319c","span_name":"POST /upload","error_message":"Trace contains error status","affected_traces":1,"total_traces":50,"timestamp":1705420800}',
    ],
    [
      'a high error rate',
      {
        type: 'high_error_rate',
        at: 1_705_420_800_000,
        affectedTraces: 10,
        totalTraces: 100,
        sampled: false,
      },
      '{"anomaly_type":"high_error_rate","affected_traces":10,"total_traces":100,"timestamp":1705420800}',
    ],
    [
      'counts from a sample',
      { type: 'high_error_rate', at: 1_705_420_800_000, affectedTraces: 10, totalTraces: 100, sampled: true },
      '{"anomaly_type":"high_error_rate","affected_traces":10,"total_traces":100,"timestamp":1705420800,"sampled":true}',
    ],
  ])('writes %s as the webhook promises, byte for byte', (_name, anomaly, json) => {
    expect(encodeAnomaly(anomaly)).toBe(json)
  })

  it('writes whole milliseconds', () => {
    expect(JSON.parse(encodeAnomaly({ ...slow, durationMs: 1500.9 }))).toMatchObject({ duration_ms: 1500 })
  })

  it('replaces half a surrogate pair, which strict parsers refuse', () => {
    expect(encodeAnomaly({ ...slow, spanName: 'a\ud800b 👩‍🚀' })).toContain('"span_name":"a\ufffdb 👩‍🚀"')
  })

  it('carries any span name', () => {
    assert(
      property(string({ unit: 'binary' }), (spanName) => {
        expect(JSON.parse(encodeAnomaly({ ...slow, spanName }))).toMatchObject({ span_name: spanName })
      }),
      { numRuns: 100 },
    )
  })
})
