import { describe, expect, it, onTestFinished } from 'vitest'
import { createFakeOutbox } from '../../test/fake-outbox.js'
import { createTestClock } from '../../test/test-clock.js'
import { createTestLogger } from '../../test/test-logger.js'
import type { Message } from '../model/message.js'
import type { Target } from '../model/outbox.js'
import { createMetrics } from '../telemetry/metrics.js'
import { noSpans } from '../telemetry/spans.js'
import { createOutboxDelivery } from './deliver-outbox.js'
import { DeliveryError } from './delivery-error.js'
import type { Delivery, Notifier } from './notifier.js'
import { DEFAULT_OUTBOX_LIMITS, type OutboxLimits } from './outbox/options.js'

type Deliver = Notifier['deliver']

function setUp(
  deliver: Readonly<Record<Target, Deliver>>,
  limits: Partial<OutboxLimits> = {},
  addresses: Readonly<Record<Target, string>> = {},
) {
  const notifiers = new Map(Object.entries(deliver).map(([target, each]) => [target, { deliver: each }]))
  const clock = createTestClock()
  const outbox = createFakeOutbox(() => clock.now())
  const logger = createTestLogger()
  const metrics = createMetrics()
  const worker = createOutboxDelivery({
    outbox,
    notifiers: {
      get: (target, address) =>
        address === undefined || addresses[target] === address ? notifiers.get(target) : undefined,
    },
    clock,
    random: () => 0.5,
    logger,
    metrics,
    spans: noSpans,
    limits: { ...DEFAULT_OUTBOX_LIMITS, ...limits },
  })
  onTestFinished(() => worker.stop(0))
  worker.start()
  return { clock, outbox, logger, metrics, worker }
}

/** Keeps what it was given, and takes it. */
function catcher() {
  const caught: (Pick<Message, 'body'> & Omit<Delivery, 'signal'>)[] = []
  const deliver: Deliver = async ({ body }, { idempotencyKey, attempt }) => {
    caught.push({ body, idempotencyKey, attempt })
  }
  return { caught, deliver }
}

/** Hangs until it is let go, or aborted. */
function hanging() {
  const waiting: (() => void)[] = []
  const deliver: Deliver = (_message, { signal }) =>
    new Promise((resolve, reject) => {
      waiting.push(resolve)
      signal.addEventListener('abort', () =>
        reject(new DeliveryError('stopped', { reason: 'stopped', retryable: true })),
      )
    })
  return { waiting, deliver, letGo: () => waiting.splice(0).forEach((resolve) => resolve()) }
}

const unwell =
  (failure: Partial<ConstructorParameters<typeof DeliveryError>[1]> = {}): Deliver =>
  async () => {
    throw new DeliveryError('HTTP 503', { reason: 'server_error', retryable: true, ...failure })
  }

describe('createOutboxDelivery', () => {
  it('delivers what is there when it begins, and what is put in after', async () => {
    const { caught, deliver } = catcher()
    const { clock, outbox, worker, metrics } = setUp({ a: deliver })
    outbox.put({ target: 'a' })
    await clock.advance(0)
    outbox.put({ target: 'a' })
    worker.wake()
    await clock.advance(0)
    expect(caught).toEqual([
      { body: '1', idempotencyKey: 'key 1', attempt: 1 },
      { body: '2', idempotencyKey: 'key 2', attempt: 1 },
    ])
    expect(outbox.held.size).toBe(0)
    expect(await metrics.registry.getSingleMetricAsString('tracebell_notifications_total')).toContain(
      'tracebell_notifications_total{target="a"} 2',
    )
  })

  it('tries for a day from when a message was put in again, however old it is', async () => {
    const { clock, outbox } = setUp({ a: unwell() }, { maxAgeMs: 5000 })
    outbox.put({ target: 'a', createdAt: clock.now() - 100_000 })
    await clock.advance(0)
    expect(outbox.buried).toEqual([])
    await clock.advance(5000)
    expect(outbox.buried).toEqual([[1, 'HTTP 503; tried for too long']])
  })

  it('counts the alerts that a message had no room for', async () => {
    const { clock, outbox, metrics } = setUp({ a: catcher().deliver })
    outbox.put({ target: 'a', message: { contentType: 'text/plain', body: 'x', facts: {}, leftOut: 7 } })
    await clock.advance(0)
    const leftOut = await metrics.registry.getSingleMetricAsString(
      'tracebell_notifications_left_out_alerts_total',
    )
    expect(leftOut).toContain('{target="a"} 7')
  })

  it('looks by itself once a minute', async () => {
    const { caught, deliver } = catcher()
    const { clock, outbox } = setUp({ a: deliver })
    await clock.advance(0)
    outbox.put({ target: 'a' })
    await clock.advance(59_999)
    expect(caught).toEqual([])
    await clock.advance(1)
    expect(caught).toHaveLength(1)
  })

  it('sends the same bytes again with longer and longer waits, and the same key', async () => {
    const attempts: (readonly [number, string, string, number])[] = []
    const { clock, outbox } = setUp({
      a: async ({ body }, { idempotencyKey, attempt }) => {
        attempts.push([clock.now(), body, idempotencyKey, attempt])
        throw new DeliveryError('HTTP 500', { reason: 'server_error', retryable: true })
      },
    })
    const start = clock.now()
    outbox.put({ target: 'a', groupKey: 'g' })
    await clock.advance(10_000)
    expect(attempts.map(([at]) => at - start)).toEqual([0, 500, 1500, 3500, 7500])
    expect(new Set(attempts.map(([, ...sent]) => JSON.stringify(sent.slice(0, 2)))).size).toBe(1)
    expect(attempts.map(([, , , number]) => number)).toEqual([1, 2, 3, 4, 5])
  })

  it('waits for as long as it is asked to', async () => {
    let attempts = 0
    const { clock, outbox } = setUp({
      a: async () => {
        attempts += 1
        if (attempts === 1) {
          throw new DeliveryError('HTTP 429', {
            reason: 'rate_limited',
            retryable: true,
            retryAfterMs: 30_000,
          })
        }
      },
    })
    outbox.put({ target: 'a' })
    await clock.advance(29_999)
    expect(attempts).toBe(1)
    await clock.advance(1)
    expect(attempts).toBe(2)
  })

  it.each<[string, Deliver, Partial<OutboxLimits>, number, string]>([
    ['at once what will never be taken', unwell({ retryable: false }), {}, 0, 'HTTP 503'],
    ['what was tried often enough', unwell(), { maxAttempts: 3 }, 1500, 'HTTP 503; tried 3 times'],
    ['what is too old', unwell(), { maxAgeMs: 60_000 }, 60_000, 'HTTP 503; tried for too long'],
  ])('gives up %s', async (_name, deliver, limits, afterMs, error) => {
    const { clock, outbox, logger, metrics } = setUp({ a: deliver }, limits)
    outbox.put({ target: 'a', groupKey: 'g' })
    if (afterMs > 0) {
      await clock.advance(afterMs - 1)
      expect(outbox.buried).toEqual([])
      await clock.advance(1)
    } else await clock.advance(0)
    expect(outbox.buried).toEqual([[1, error]])
    expect(logger.lines.at(-1)).toMatchObject([
      'error',
      'Gave up on a notification',
      { group: 'g', target: 'a' },
    ])
    const dead = await metrics.registry.getSingleMetricAsString('tracebell_notifications_dead_total')
    expect(dead).toContain('{target="a",reason="server_error"} 1')
  })

  it('gives up what goes to a receiver that is no more', async () => {
    const { clock, outbox } = setUp({})
    outbox.put({ target: 'old/slack[0]' })
    await clock.advance(0)
    expect(outbox.buried).toEqual([[1, 'the configuration has no old/slack[0] any more']])
  })

  it('gives up what was made for another address than that to which its target leads', async () => {
    const { caught, deliver } = catcher()
    const { clock, outbox } = setUp({ a: deliver }, {}, { a: 'here' })
    outbox.put({ target: 'a', address: 'there' })
    outbox.put({ target: 'a', address: 'here' })
    outbox.put({ target: 'b', address: 'here' })
    await clock.advance(0)
    expect(caught.map(({ body }) => body)).toEqual(['2'])
    expect(outbox.buried).toEqual([
      [1, 'in the configuration a leads elsewhere than when this was made'],
      [3, 'the configuration has no b any more'],
    ])
  })

  it('delivers one group in order, past failures, and other groups meanwhile', async () => {
    const order: string[] = []
    let fails = 2
    const { clock, outbox } = setUp({
      a: async ({ body }) => {
        if (body === '1' && fails-- > 0) {
          throw new DeliveryError('HTTP 500', { reason: 'server_error', retryable: true })
        }
        order.push(body)
      },
    })
    outbox.put({ target: 'a', groupKey: 'g' })
    outbox.put({ target: 'a', groupKey: 'g' })
    outbox.put({ target: 'a', groupKey: 'other' })
    await clock.advance(10_000)
    expect(order).toEqual(['3', '1', '2'])
  })

  it('is not held up by a receiver that hangs, and gives it no more than its places', async () => {
    const slow = hanging()
    const { caught, deliver } = catcher()
    const { clock, outbox, worker } = setUp(
      { slow: slow.deliver, quick: deliver },
      { maxInFlight: 4, maxInFlightPerTarget: 2 },
    )
    for (let n = 0; n < 50; n += 1) outbox.put({ target: 'slow' })
    for (let n = 0; n < 50; n += 1) outbox.put({ target: 'quick' })
    await clock.advance(0)
    expect(slow.waiting).toHaveLength(2)
    expect(worker.inFlight).toBe(2)
    expect(caught).toHaveLength(50)
    slow.letGo()
    await clock.advance(0)
    expect(slow.waiting).toHaveLength(2)
    expect(outbox.held.size).toBe(48)
  })

  it('does not look all the time while something is in flight', async () => {
    const { deliver } = hanging()
    const { clock, outbox } = setUp({ a: deliver })
    outbox.put({ target: 'a' })
    await clock.advance(10_000)
    expect(outbox.asked).toBeLessThan(15)
  })

  it('retries a group in time while another of the same receiver hangs', async () => {
    const hang = hanging()
    let attempts = 0
    const { clock, outbox } = setUp({
      a: async (message, delivery) => {
        if (message.body === '1') return hang.deliver(message, delivery)
        attempts += 1
        if (attempts < 3) throw new DeliveryError('HTTP 500', { reason: 'server_error', retryable: true })
      },
    })
    outbox.put({ target: 'a' })
    outbox.put({ target: 'a' })
    await clock.advance(4000)
    expect(attempts).toBe(3)
  })

  it('keeps the place of a message whose delivery cannot be written down, and does not send it twice', async () => {
    const { caught, deliver } = catcher()
    const { clock, outbox, logger } = setUp({
      a: async (message, delivery) => {
        await deliver(message, delivery)
        outbox.fail(3)
      },
    })
    outbox.put({ target: 'a' })
    await clock.advance(5000)
    expect(caught).toHaveLength(1)
    expect(outbox.held.size).toBe(0)
    expect(logger.lines).toContainEqual([
      'error',
      'What came of a notification cannot be written down',
      { error: 'the disk is full' },
    ])
  })

  it('goes on after an outbox that could not be read', async () => {
    const { caught, deliver } = catcher()
    const { clock, outbox, logger } = setUp({ a: deliver })
    outbox.put({ target: 'a' })
    outbox.fail(2)
    await clock.advance(2000)
    expect(caught).toHaveLength(1)
    expect(logger.lines).toContainEqual(['error', 'The outbox cannot be read', { error: 'the disk is full' }])
  })

  it('lets what is in flight finish when it stops, and takes no more', async () => {
    const { deliver, letGo, waiting } = hanging()
    const { clock, outbox, worker } = setUp({ a: deliver }, { maxInFlightPerTarget: 1 })
    outbox.put({ target: 'a' })
    outbox.put({ target: 'a' })
    await clock.advance(0)
    const stopped = worker.stop(5000)
    letGo()
    await clock.advance(0)
    await stopped
    expect(waiting).toEqual([])
    expect([...outbox.held.keys()]).toEqual([2])
    expect(clock.sleeping).toBe(0)
  })

  it('aborts after its grace, and leaves what was not delivered as it was', async () => {
    const { deliver } = hanging()
    const { clock, outbox, worker } = setUp({ a: deliver })
    const entry = outbox.put({ target: 'a' })
    await clock.advance(0)
    const stopped = worker.stop(5000)
    await clock.advance(5000)
    await stopped
    expect(outbox.held.get(1)).toEqual({ entry, nextAt: clock.now() - 5000 })
    expect(outbox.buried).toEqual([])
    expect(clock.sleeping).toBe(0)
    expect(worker.inFlight).toBe(0)
  })

  it('stops in bounded time though a delivery ignores that it is aborted', async () => {
    const { clock, outbox, worker } = setUp({ a: () => new Promise(() => {}) })
    outbox.put({ target: 'a' })
    await clock.advance(0)
    const stopped = worker.stop(2000)
    await clock.advance(3000)
    await expect(stopped).resolves.toBeUndefined()
    expect(outbox.held.size).toBe(1)
  })

  it('tells nothing of an error that is a fault of ours', async () => {
    const { clock, outbox, logger } = setUp({
      a: async () => {
        throw new Error('token hunter2')
      },
    })
    outbox.put({ target: 'a' })
    await clock.advance(100)
    expect(JSON.stringify(logger.lines)).not.toContain('hunter2')
    expect(logger.lines[0]).toMatchObject([
      'warn',
      'Failed to send a notification',
      { error: 'failed unexpectedly (Error)' },
    ])
  })

  it('writes the lines of anomalies that are promised', async () => {
    let fails = true
    const { clock, outbox, logger } = setUp({
      hook: async () => {
        if (fails) throw new DeliveryError('HTTP 500', { reason: 'server_error', retryable: true })
      },
    })
    const message = {
      contentType: 'application/json',
      body: '{}',
      facts: { anomaly_type: 'high_latency' },
      leftOut: 0,
    }
    outbox.put({ target: 'hook', lane: 'anomalies', message })
    await clock.advance(0)
    fails = false
    await clock.advance(1000)
    expect(logger.lines).toMatchObject([
      [
        'warn',
        'Failed to send trace anomaly alert (non-fatal)',
        { anomaly_type: 'high_latency', attempt: 1, retry_in_ms: 500 },
      ],
      ['info', 'Trace anomaly alert sent successfully', { anomaly_type: 'high_latency' }],
    ])
  })
})
