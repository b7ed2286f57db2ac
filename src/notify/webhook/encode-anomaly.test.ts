import { assert, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildFinding } from '../../../test/build-finding.js'
import type { Anomaly, HighLatency, RuleAnomaly } from '../../model/anomaly.js'
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

  const finding = buildFinding({}, ['0af7651916cd43dd8448eb211c80319c'])
  const unusual: RuleAnomaly = {
    type: 'rule',
    rule: 'Unusual',
    at: 1_705_420_800_000,
    labels: new Map(),
    service: 'payment',
    trace: finding.traces[0],
    finding,
    affectedTraces: 1,
    totalTraces: 50,
    sampled: false,
  }

  it('writes what is unlike normal as any other, and then what is to blame', () => {
    expect(encodeAnomaly(unusual)).toBe(
      '{"anomaly_type":"latency","trace_id":"0af7651916cd43dd8448eb211c80319c","span_name":"POST /checkout","duration_ms":1200,"message":"checkout → payment gap p50 1.02 s, usually 3 ms ± 1 ms, 38 of 41 calls","affected_traces":1,"total_traces":50,"timestamp":1705420800,"service":"payment","operation":"charge","rule":"Unusual","root_cause_service":"payment","root_cause_candidates":["payment","checkout"],"evidence":["POST /checkout takes 1.2 s, usually 40 ms","version=2.1 in 38 of 41 slow calls, else in none"]}',
    )
  })

  it('writes what is unlike normal without a trace, and bounds its lists', () => {
    const evidence = Array.from({ length: 500 }, (_, index) => `sentence ${index}`)
    const payload = JSON.parse(
      encodeAnomaly({ ...unusual, trace: undefined, finding: { ...finding, evidence } }),
    )
    expect(payload).not.toHaveProperty('trace_id')
    expect(payload).toMatchObject({ evidence: evidence.slice(0, 20) })
  })

  it('carries any text that was found', () => {
    const text = string({ unit: 'binary' })
    assert(
      property(text, text, (sentence, service) => {
        const found = { ...unusual, finding: { ...finding, sentence, service, candidates: [service] } }
        expect(JSON.parse(encodeAnomaly(found))).toMatchObject({
          message: sentence,
          root_cause_service: service,
          root_cause_candidates: [service],
        })
      }),
      { numRuns: 100 },
    )
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
