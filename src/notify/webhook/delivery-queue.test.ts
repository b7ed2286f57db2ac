import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestClock } from '../../../test/test-clock.js'
import type { Anomaly } from '../../model/anomaly.js'
import { MINUTE_MS } from '../../model/time.js'
import type { LogFields, Logger } from '../../telemetry/logger.js'
import { createMetrics } from '../../telemetry/metrics.js'
import type { Spans } from '../../telemetry/spans.js'
import { DEFAULT_WEBHOOK_LIMITS } from './options.js'
import { createDeliveryQueue, type DeliveryQueueOptions } from './delivery-queue.js'
import type { Post, PostOutcome } from './post.js'

const ok: PostOutcome = { kind: 'answered', status: 200, retryAfter: undefined }
const unavailable: PostOutcome = { kind: 'answered', status: 503, retryAfter: undefined }
const stoppedPost: PostOutcome = { kind: 'unanswered', error: 'stopped' }

const anomaly = (spanName = 'GET /'): Anomaly => ({
  type: 'high_latency',
  at: Date.UTC(2026, 10, 24, 8, 44),
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanName,
  serviceName: 'shop',
  durationMs: 1500,
  affectedTraces: 1,
  totalTraces: 50,
  sampled: false,
})

const nameIn = (body: string): string => /"span_name":"([^"]*)"/.exec(body)?.[1] ?? ''

/** A receiver that answers when the test says so, or as `answer` says. */
function receiver(answer?: (name: string, attempt: number) => PostOutcome) {
  const posts: string[] = []
  const open = new Map<string, (outcome: PostOutcome) => void>()
  const post: Post = (body, signal) => {
    const name = nameIn(body)
    posts.push(name)
    if (answer) return Promise.resolve(answer(name, posts.filter((each) => each === name).length))
    return new Promise((resolve) => {
      open.set(name, resolve)
      signal.addEventListener('abort', () => {
        resolve(stoppedPost)
      })
    })
  }
  return { posts, post, end: (name: string, outcome: PostOutcome) => open.get(name)?.(outcome) }
}

/** A receiver that is never available, and counts the posts that it has at once. */
function slowCounter() {
  const posts = { count: 0, atOnce: 0, mostAtOnce: 0 }
  const post: Post = async () => {
    posts.count += 1
    posts.atOnce += 1
    posts.mostAtOnce = Math.max(posts.mostAtOnce, posts.atOnce)
    await Promise.resolve()
    posts.atOnce -= 1
    return unavailable
  }
  return { posts, post }
}

const noSpans: Spans = { within: async (_name, _attributes, work) => work({ set: () => {}, fail: () => {} }) }

function setUp(post: Post, options: Partial<DeliveryQueueOptions> = {}) {
  const clock = createTestClock()
  const metrics = createMetrics()
  const lines: [level: string, message: string, fields: LogFields][] = []
  const log =
    (level: string): Logger['info'] =>
    (message, fields = {}) => {
      lines.push([level, message, fields])
    }
  const queue = createDeliveryQueue({
    post,
    clock,
    random: () => 0.5,
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    metrics,
    spans: noSpans,
    limits: { maxInFlight: 2, maxPending: 4 },
    ...options,
  })
  const outcomes = async (): Promise<Record<string, number>> => {
    const { values } = await metrics.webhookDeliveries.get()
    return Object.fromEntries(values.map(({ labels, value }) => [labels.outcome, value]))
  }
  const pendingGauge = async (): Promise<unknown> => (await metrics.webhookPending.get()).values[0]?.value
  return { queue, clock, lines, outcomes, pendingGauge }
}

describe('createDeliveryQueue', () => {
  it('delivers an anomaly and says so', async () => {
    const { posts, post } = receiver(() => ok)
    const { queue, clock, lines, outcomes, pendingGauge } = setUp(post)
    queue.tell(anomaly())
    expect(queue.pending).toBe(1)
    expect(await pendingGauge()).toBe(1)
    await clock.advance(0)
    expect(posts).toEqual(['GET /'])
    expect(lines).toEqual([
      ['info', 'Trace anomaly alert sent successfully', { anomaly_type: 'high_latency' }],
    ])
    expect(queue.pending).toBe(0)
    expect(await pendingGauge()).toBe(0)
    expect(await outcomes()).toEqual({ delivered: 1 })
  })

  it('tries again after a failure, at the time it says', async () => {
    const { posts, post } = receiver((_name, attempt) => (attempt < 3 ? unavailable : ok))
    const { queue, clock, lines, outcomes } = setUp(post)
    queue.tell(anomaly())
    await clock.advance(499)
    expect(posts).toHaveLength(1)
    await clock.advance(1)
    expect(posts).toHaveLength(2)
    await clock.advance(999)
    expect(posts).toHaveLength(2)
    await clock.advance(1)
    expect(posts).toHaveLength(3)
    const failure = { error: 'HTTP 503', anomaly_type: 'high_latency' }
    expect(lines).toEqual([
      [
        'warn',
        'Failed to send trace anomaly alert (non-fatal)',
        { ...failure, attempt: 1, retry_in_ms: 500 },
      ],
      [
        'warn',
        'Failed to send trace anomaly alert (non-fatal)',
        { ...failure, attempt: 2, retry_in_ms: 1000 },
      ],
      ['info', 'Trace anomaly alert sent successfully', { anomaly_type: 'high_latency' }],
    ])
    expect(await outcomes()).toEqual({ retried: 2, delivered: 1 })
  })

  it('gives up after five minutes, in an error line', async () => {
    const { posts, post } = receiver(() => unavailable)
    const { queue, clock, lines, outcomes } = setUp(post)
    queue.tell(anomaly())
    await clock.advance(5 * MINUTE_MS - 1)
    expect(queue.pending).toBe(1)
    await clock.advance(1)
    expect(queue.pending).toBe(0)
    expect(lines.slice(-2)).toEqual([
      [
        'warn',
        'Failed to send trace anomaly alert (non-fatal)',
        { error: 'HTTP 503', anomaly_type: 'high_latency', attempt: posts.length, retry_in_ms: undefined },
      ],
      [
        'error',
        'Gave up on a trace anomaly alert',
        {
          anomaly_type: 'high_latency',
          trace_id: '0af7651916cd43dd8448eb211c80319c',
          attempts: posts.length,
        },
      ],
    ])
    expect(await outcomes()).toEqual({ retried: posts.length - 1, failed: 1 })
    await clock.advance(60 * MINUTE_MS)
    expect(lines.filter(([level]) => level === 'error')).toHaveLength(1)
    expect(clock.sleeping).toBe(0)
  })

  it('does not try again what the receiver refuses for good', async () => {
    const { posts, post } = receiver(() => ({ kind: 'answered', status: 404, retryAfter: undefined }))
    const { queue, clock, lines, outcomes } = setUp(post)
    queue.tell(anomaly())
    await clock.advance(10 * MINUTE_MS)
    expect(posts).toHaveLength(1)
    expect(lines).toEqual([
      [
        'warn',
        'Failed to send trace anomaly alert (non-fatal)',
        { error: 'HTTP 404', anomaly_type: 'high_latency', attempt: 1, retry_in_ms: undefined },
      ],
      ['error', 'Gave up on a trace anomaly alert', expect.objectContaining({ attempts: 1 })],
    ])
    expect(await outcomes()).toEqual({ failed: 1 })
  })

  it('posts no more than its limit at once; an anomaly that waits to be tried again holds no place', async () => {
    const { posts, post, end } = receiver()
    const { queue, clock } = setUp(post)
    for (const name of ['a', 'b', 'c']) queue.tell(anomaly(name))
    await clock.advance(0)
    expect(posts).toEqual(['a', 'b'])
    end('a', unavailable)
    await clock.advance(0)
    expect(posts).toEqual(['a', 'b', 'c'])
    end('b', ok)
    await clock.advance(500)
    expect(posts).toEqual(['a', 'b', 'c', 'a'])
  })

  it('drops the newest beyond its bound, counts each, and logs once a minute', async () => {
    const { posts, post, end } = receiver()
    const { queue, clock, lines, outcomes } = setUp(post)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) queue.tell(anomaly(name))
    await clock.advance(0)
    expect(queue.pending).toBe(4)
    expect(await outcomes()).toEqual({ dropped: 3 })
    expect(lines).toEqual([['warn', 'Dropped trace anomaly alerts', { reason: '4 are waiting', dropped: 1 }]])
    await clock.advance(MINUTE_MS)
    queue.tell(anomaly('h'))
    expect(lines.slice(1)).toEqual([
      ['warn', 'Dropped trace anomaly alerts', { reason: '4 are waiting', dropped: 3 }],
    ])
    for (const name of ['a', 'b', 'c', 'd']) {
      end(name, ok)
      await clock.advance(0)
    }
    expect(posts).toEqual(['a', 'b', 'c', 'd'])
    queue.tell(anomaly('i'))
    await clock.advance(0)
    expect(posts.at(-1)).toBe('i')
  })

  it('holds ten thousand failing anomalies, and lets go of them all', async () => {
    const warnings: unknown[] = []
    const warn = (warning: Error): void => {
      warnings.push(warning)
    }
    process.on('warning', warn)
    onTestFinished(() => {
      process.off('warning', warn)
    })
    const { posts, post } = slowCounter()
    const { queue, clock, lines, outcomes } = setUp(post, { limits: DEFAULT_WEBHOOK_LIMITS })
    for (let count = 0; count < 10_001; count += 1) queue.tell(anomaly())
    expect(queue.pending).toBe(10_000)
    await clock.advance(0)
    expect(posts).toEqual({ count: 10_000, atOnce: 0, mostAtOnce: 16 })
    expect(clock.sleeping).toBe(10_000)
    await queue.stop(5000)
    expect(posts).toEqual({ count: 20_000, atOnce: 0, mostAtOnce: 16 })
    expect(queue.pending).toBe(0)
    expect(clock.sleeping).toBe(0)
    expect(lines.at(-1)?.[2]).toEqual({ undelivered: 10_000 })
    expect(await outcomes()).toEqual({ dropped: 1, retried: 10_000, failed: 10_000 })
    expect(warnings).toEqual([])
  })

  it('goes on after an unexpected fault, which it logs', async () => {
    const spans: Spans = { within: () => Promise.reject(new Error('tracer broke')) }
    const { posts, post } = receiver(() => ok)
    const { queue, clock, lines, outcomes } = setUp(post, { spans })
    queue.tell(anomaly())
    await clock.advance(0)
    expect(posts).toEqual([])
    expect(lines).toEqual([['error', 'A trace anomaly alert failed unexpectedly', { error: 'tracer broke' }]])
    expect(await outcomes()).toEqual({ failed: 1 })
    expect(queue.pending).toBe(0)
  })

  it('marks the span of an attempt that fails', async () => {
    const spans: unknown[] = []
    const { post } = receiver((_name, attempt) => (attempt === 1 ? unavailable : ok))
    const { queue, clock } = setUp(post, {
      spans: {
        within: async (name, attributes, work) => {
          const record = { name, attributes, failures: [] as string[] }
          spans.push(record)
          return work({ set: () => {}, fail: (message) => record.failures.push(message) })
        },
      },
    })
    queue.tell(anomaly())
    await clock.advance(500)
    const [name, type] = ['send trace anomaly alert', 'high_latency']
    expect(spans).toEqual([
      {
        name,
        attributes: { 'tracebell.anomaly_type': type, 'tracebell.attempt': 1 },
        failures: ['HTTP 503'],
      },
      { name, attributes: { 'tracebell.anomaly_type': type, 'tracebell.attempt': 2 }, failures: [] },
    ])
  })
})

describe('stopping a delivery queue', () => {
  it('ends at once where nothing waits, twice if asked', async () => {
    const { queue, clock, lines } = setUp(receiver().post)
    await queue.stop(5000)
    await queue.stop(5000)
    expect(clock.sleeping).toBe(0)
    expect(lines).toEqual([])
  })

  it('takes no more afterwards', async () => {
    const { posts, post } = receiver(() => ok)
    const { queue, lines, outcomes } = setUp(post)
    await queue.stop(5000)
    queue.tell(anomaly())
    expect(posts).toEqual([])
    expect(await outcomes()).toEqual({ dropped: 1 })
    expect(lines).toEqual([
      ['warn', 'Dropped trace anomaly alerts', { reason: 'the webhook is stopped', dropped: 1 }],
    ])
  })

  it('lets what is in flight finish', async () => {
    const { post, end } = receiver()
    const { queue, clock, lines } = setUp(post)
    queue.tell(anomaly('a'))
    await clock.advance(0)
    const stopped = queue.stop(5000)
    await clock.advance(4999)
    end('a', ok)
    await stopped
    expect(lines.map(([, message]) => message)).toEqual(['Trace anomaly alert sent successfully'])
    expect(clock.sleeping).toBe(0)
  })

  it('tries what waits once more, at once, and counts what is left', async () => {
    const { posts, post } = receiver((name, attempt) => (name === 'good' && attempt === 2 ? ok : unavailable))
    const { queue, clock, lines, outcomes } = setUp(post)
    queue.tell(anomaly('good'))
    queue.tell(anomaly('bad'))
    await clock.advance(0)
    await queue.stop(5000)
    expect(posts).toEqual(['good', 'bad', 'good', 'bad'])
    expect(lines.slice(2).map(([, message]) => message)).toEqual([
      'Trace anomaly alert sent successfully',
      'Failed to send trace anomaly alert (non-fatal)',
      'Trace anomaly alerts are left undelivered',
    ])
    expect(lines[3]?.[2]['retry_in_ms']).toBeUndefined()
    expect(lines[4]?.[2]).toEqual({ undelivered: 1 })
    expect(await outcomes()).toEqual({ retried: 2, delivered: 1, failed: 1 })
    expect(clock.sleeping).toBe(0)
  })

  it('abandons what is in flight and what never had its turn when the grace period is over', async () => {
    const { posts, post } = receiver()
    const { queue, clock, lines, outcomes } = setUp(post)
    for (const name of ['a', 'b', 'c', 'd']) queue.tell(anomaly(name))
    await clock.advance(0)
    const stopped = queue.stop(5000)
    await clock.advance(4999)
    expect(queue.pending).toBe(4)
    await clock.advance(1)
    await stopped
    expect(posts).toEqual(['a', 'b'])
    expect(queue.pending).toBe(0)
    expect(lines.at(-1)).toEqual(['warn', 'Trace anomaly alerts are left undelivered', { undelivered: 4 }])
    expect(await outcomes()).toEqual({ failed: 4 })
  })
})
