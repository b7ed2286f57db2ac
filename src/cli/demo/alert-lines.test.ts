import { describe, expect, it } from 'vitest'
import { formatAlert, formatCounts, formatDuration } from './alert-lines.js'
import { createPaint } from './paint.js'
import type { ProofSpan } from './proof.js'
import type { ReceivedAlert } from './received-alert.js'

const plain = createPaint(false)
const tempoUrl = 'http://127.0.0.1:41003'

function span(fields: Partial<ProofSpan>): ProofSpan {
  return {
    id: 'a',
    parentId: undefined,
    service: 'storefront',
    name: 'GET /search',
    durationMs: 1531,
    failed: false,
    message: undefined,
    ...fields,
  }
}

const slow: ReceivedAlert = {
  type: 'high_latency',
  affectedTraces: 1,
  totalTraces: 20,
  trace: { id: 'ab12', spanName: 'GET /search', durationMs: 1531 },
}
const failed: ReceivedAlert = {
  type: 'error_status',
  affectedTraces: 1,
  totalTraces: 20,
  trace: { id: 'cd34', spanName: 'POST /upload' },
}
const unusual: ReceivedAlert = {
  type: 'calls',
  affectedTraces: 1,
  totalTraces: 20,
  trace: { id: 'ef56', spanName: 'GET /search', durationMs: 90 },
  cause: { service: 'inventory', sentence: 'inventory calls SELECT shelves 16 times, usually once' },
}
const rate: ReceivedAlert = { type: 'high_error_rate', affectedTraces: 4, totalTraces: 25, trace: undefined }
const query = span({
  id: 'b',
  parentId: 'a',
  service: 'inventory',
  name: 'SELECT',
  durationMs: 1501,
  failed: true,
  message: 'no answer',
})

describe('an alert', () => {
  it.each<[string, ReceivedAlert, readonly ProofSpan[], readonly string[]]>([
    [
      'about a slow trace',
      slow,
      [span({}), query],
      [
        '🔔 high_latency     storefront GET /search took 1.53 s  trace ab12',
        '   inventory, in "SELECT", took 1.50 s · proof: curl http://127.0.0.1:41003/api/traces/ab12',
      ],
    ],
    [
      'about a failed trace',
      failed,
      [span({}), query],
      [
        '🔔 error_status     storefront POST /upload failed  trace cd34',
        '   inventory, in "SELECT", failed: no answer · proof: curl http://127.0.0.1:41003/api/traces/cd34',
      ],
    ],
    [
      'whose trace cannot be had',
      failed,
      [],
      [
        '🔔 error_status     POST /upload failed  trace cd34',
        '   proof: curl http://127.0.0.1:41003/api/traces/cd34',
      ],
    ],
    [
      'about what is unlike normal',
      unusual,
      [span({}), query],
      [
        '🔔 calls            unlike normal: inventory is to blame',
        '   inventory calls SELECT shelves 16 times, usually once · proof: curl http://127.0.0.1:41003/api/traces/ef56',
      ],
    ],
    [
      'about a share of traces',
      rate,
      [],
      [
        '🔔 high_error_rate  4 of 25 traces failed (16 %)',
        "   see them: curl -G http://127.0.0.1:41003/api/search -d 'q={status=error}'",
      ],
    ],
  ])('%s says what happened, who is to blame and how to see the proof', (_, alert, proof, lines) => {
    expect(formatAlert({ alert, proof, tempoUrl, paint: plain })).toEqual(lines)
  })

  it('cannot steer the terminal by what came in a span', () => {
    const name = 'GET \u001B[2J\u202E\n'
    const alert: ReceivedAlert = { ...failed, trace: { id: 'cd34', spanName: name } }
    const proof = [span({ service: name }), { ...query, name, message: name }]
    const text = formatAlert({ alert, proof, tempoUrl, paint: plain }).join('')
    expect(text).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
    expect(text).toContain('GET �[2J')
  })

  it('has colours only where they are wanted', () => {
    const [coloured] = formatAlert({ alert: slow, proof: [], tempoUrl, paint: createPaint(true) })
    expect(coloured).toContain('\u001B[33mhigh_latency')
  })
})

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [12.4, '12 ms'],
    [999, '999 ms'],
    [1000, '1.00 s'],
    [61_234, '61.23 s'],
  ])('of %s ms is %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text)
  })
})

describe('counts', () => {
  it('are told by type', () => {
    const counts = new Map([
      ['high_latency', 12],
      ['error_status', 3],
    ])
    expect(formatCounts(counts, 'more ')).toBe('12 more high_latency, 3 more error_status')
  })

  it('of nothing are nothing', () => {
    expect(formatCounts(new Map())).toBeUndefined()
  })
})
