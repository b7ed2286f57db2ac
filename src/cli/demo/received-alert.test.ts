import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseReceivedAlert } from './received-alert.js'

const SLOW = {
  anomaly_type: 'high_latency',
  trace_id: 'ab12',
  span_name: 'GET /search',
  duration_ms: 1500,
  affected_traces: 1,
  total_traces: 50,
  timestamp: 1705420800,
}
const FAILED = {
  anomaly_type: 'error_status',
  trace_id: 'cd34',
  span_name: 'POST /upload',
  error_message: 'Trace contains error status',
  affected_traces: 1,
  total_traces: 50,
  timestamp: 1705420800,
}
const RATE = {
  anomaly_type: 'high_error_rate',
  affected_traces: 10,
  total_traces: 100,
  timestamp: 1705420800,
}
const UNUSUAL = {
  anomaly_type: 'calls',
  trace_id: 'ef56',
  span_name: 'GET /search',
  duration_ms: 90,
  message: 'inventory calls SELECT shelves 16 times, usually once',
  affected_traces: 1,
  total_traces: 50,
  timestamp: 1705420800,
  service: 'inventory',
  root_cause_service: 'inventory',
}

describe('parseReceivedAlert', () => {
  it.each([
    [
      SLOW,
      {
        type: 'high_latency',
        affectedTraces: 1,
        totalTraces: 50,
        trace: { id: 'ab12', spanName: 'GET /search', durationMs: 1500 },
      },
    ],
    [
      FAILED,
      {
        type: 'error_status',
        affectedTraces: 1,
        totalTraces: 50,
        trace: { id: 'cd34', spanName: 'POST /upload' },
      },
    ],
    [
      UNUSUAL,
      {
        type: 'calls',
        affectedTraces: 1,
        totalTraces: 50,
        trace: { id: 'ef56', spanName: 'GET /search', durationMs: 90 },
        cause: { service: 'inventory', sentence: 'inventory calls SELECT shelves 16 times, usually once' },
      },
    ],
    [RATE, { type: 'high_error_rate', affectedTraces: 10, totalTraces: 100, trace: undefined }],
  ])('reads %j', (body, alert) => {
    expect(parseReceivedAlert(JSON.stringify(body))).toEqual(alert)
  })

  it.each([
    ['no JSON', '{'],
    ['no object', 'null'],
    ['a list', '[]'],
    ['another type', JSON.stringify({ ...SLOW, anomaly_type: 'toString' })],
    ['a count that is text', JSON.stringify({ ...SLOW, affected_traces: '1' })],
    ['a negative count', JSON.stringify({ ...SLOW, total_traces: -1 })],
  ])('knows %s for no alert', (_, body) => {
    expect(parseReceivedAlert(body)).toBeUndefined()
  })

  it('never throws', () => {
    const anyText = fc.property(fc.oneof(fc.string(), fc.json()), (body) => void parseReceivedAlert(body))
    expect(() => fc.assert(anyText)).not.toThrow()
  })
})
