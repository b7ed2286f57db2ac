import { createServer } from 'node:http'
import { EventEmitter, once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listenOnLoopback } from '../../../test/loopback.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { Anomaly } from '../../model/anomaly.js'
import type { Logger } from '../../telemetry/logger.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { createWebhook } from './webhook.js'

const anomaly: Anomaly = {
  type: 'high_error_rate',
  at: 1_705_420_800_000,
  affectedTraces: 10,
  totalTraces: 100,
  sampled: false,
}

function setUp(url: string) {
  const lines: unknown[][] = []
  const events = new EventEmitter()
  const log =
    (level: string): Logger['info'] =>
    (...entry) => {
      lines.push([level, ...entry])
      events.emit('line')
    }
  const clock = createTestClock()
  const webhook = createWebhook({
    url: new URL(url),
    userAgent: 'tracebell/1.2.3',
    clock,
    random: () => 0.5,
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    metrics: createMetrics(),
    spans: { within: async (_name, _attributes, work) => work({ set: () => {}, fail: () => {} }) },
    untraced: (work) => work(),
  })
  onTestFinished(() => webhook.stop(0))
  const nextLine = (): Promise<unknown> => once(events, 'line')
  return { webhook, lines, nextLine, clock }
}

describe('createWebhook', () => {
  it('posts an anomaly to its URL, and tries again where it fails', async () => {
    const bodies: string[] = []
    const server = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text))
      request.on('end', () => response.writeHead(bodies.length === 1 ? 500 : 200).end())
    })
    const { webhook, lines, nextLine, clock } = setUp(`${await listenOnLoopback(server)}/alerts/traces`)
    const failed = nextLine()
    webhook.tell(anomaly)
    expect(webhook.pending).toBe(1)
    await failed
    const sent = nextLine()
    await clock.advance(500)
    await sent
    await webhook.stop()
    expect(webhook.pending).toBe(0)
    const json =
      '{"anomaly_type":"high_error_rate","affected_traces":10,"total_traces":100,"timestamp":1705420800}'
    expect(bodies).toEqual([json, json])
    expect(lines).toEqual([
      [
        'warn',
        'Failed to send trace anomaly alert (non-fatal)',
        { error: 'HTTP 500', anomaly_type: 'high_error_rate', attempt: 1, retry_in_ms: 500 },
      ],
      ['info', 'Trace anomaly alert sent successfully', { anomaly_type: 'high_error_rate' }],
    ])
  })

  it('shows nothing of a secret URL in its lines', async () => {
    const server = createServer()
    const origin = await listenOnLoopback(server)
    server.close()
    await once(server, 'close')
    const { webhook, lines } = setUp(`${origin.replace('//', '//s3cret:s3cret@')}/s3cret?token=s3cret`)
    webhook.tell(anomaly)
    await webhook.stop()
    expect(lines).toHaveLength(2)
    expect(JSON.stringify(lines)).toContain('ECONNREFUSED')
    expect(JSON.stringify(lines)).not.toContain('s3cret')
  })
})
