import { setMaxListeners } from 'node:events'
import type { Anomaly } from '../../model/anomaly.js'
import type { WebhookLimits, WebhookSurroundings } from './options.js'
import { createDropLog } from './drop-log.js'
import { encodeAnomaly } from './encode-anomaly.js'
import type { Post } from './post.js'
import { judgeAttempt, type Verdict } from './retry.js'
import { createSlots } from './slots.js'

export interface DeliveryQueueOptions extends WebhookSurroundings {
  readonly post: Post
  readonly limits: WebhookLimits
}

/** Delivers anomalies in the background. */
export interface DeliveryQueue {
  /** Takes an anomaly, and returns before it is delivered. Never throws. */
  tell(anomaly: Anomaly): void
  /** How many anomalies are not yet delivered or given up. */
  readonly pending: number
  /**
   * Takes no more. What is in flight may finish and what waits is tried once, at once, for as long as the grace period
   * lasts; then it is abandoned, and counted in a line of the log. Never rejects; a second call waits for the first.
   */
  stop(graceMs: number): Promise<void>
}

export function createDeliveryQueue(options: DeliveryQueueOptions): DeliveryQueue {
  const { post, clock, random, logger, metrics, spans, limits } = options
  const slots = createSlots(limits.maxInFlight)
  const logDrop = createDropLog(clock, logger)
  const tasks = new Set<Promise<void>>()
  const stopping = new AbortController()
  const abandoning = new AbortController()
  // Every waiting anomaly listens.
  setMaxListeners(0, stopping.signal, abandoning.signal)
  let undelivered = 0
  let stopped: Promise<void> | undefined

  const attempt = (anomaly: Anomaly, number: number, foundAt: number): Promise<Verdict> => {
    const attributes = { 'tracebell.anomaly_type': anomaly.type, 'tracebell.attempt': number }
    return spans.within('send trace anomaly alert', attributes, async (span) => {
      const outcome = await post(encodeAnomaly(anomaly), abandoning.signal)
      const verdict = judgeAttempt({ outcome, number, now: clock.now(), foundAt, random })
      if (verdict.kind !== 'delivered') span.fail(verdict.error)
      return verdict
    })
  }

  /** Whether it was delivered in the end. */
  const deliver = async (anomaly: Anomaly): Promise<boolean> => {
    const foundAt = clock.now()
    for (let number = 1; ; number += 1) {
      const verdict = await slots.within(abandoning.signal, () => attempt(anomaly, number, foundAt))
      if (verdict.kind === 'delivered') {
        logger.info('Trace anomaly alert sent successfully', { anomaly_type: anomaly.type })
        return true
      }
      const retryAt = verdict.kind === 'retry' && !stopping.signal.aborted ? verdict.at : undefined
      logger.warn('Failed to send trace anomaly alert (non-fatal)', {
        error: verdict.error,
        anomaly_type: anomaly.type,
        attempt: number,
        retry_in_ms: retryAt === undefined ? undefined : retryAt - clock.now(),
      })
      if (verdict.kind !== 'retry') logGivenUp(anomaly, number)
      if (retryAt === undefined) return false
      metrics.webhookDeliveries.inc({ outcome: 'retried' })
      // A stop cuts the wait short, for one more attempt.
      await clock.sleepUntil(retryAt, stopping.signal).catch(() => {})
    }
  }

  const logGivenUp = (anomaly: Anomaly, attempts: number): void => {
    logger.error('Gave up on a trace anomaly alert', {
      anomaly_type: anomaly.type,
      trace_id: traceIdOf(anomaly),
      attempts,
    })
  }

  const run = async (anomaly: Anomaly): Promise<void> => {
    const delivered = await deliver(anomaly).catch((error: unknown) => {
      // An abandoned wait for a slot is no fault.
      if (!abandoning.signal.aborted) logFault(error)
      return false
    })
    metrics.webhookDeliveries.inc({ outcome: delivered ? 'delivered' : 'failed' })
    if (!delivered && stopping.signal.aborted) undelivered += 1
  }

  const logFault = (error: unknown): void => {
    logger.error('A trace anomaly alert failed unexpectedly', {
      error: error instanceof Error ? error.message : 'unknown error',
    })
  }

  const drop = (reason: string): void => {
    metrics.webhookDeliveries.inc({ outcome: 'dropped' })
    logDrop(reason)
  }

  const finish = async (graceMs: number): Promise<void> => {
    stopping.abort()
    const done = new AbortController()
    const abandonInTime = async (): Promise<void> => {
      await clock.sleepUntil(clock.now() + graceMs, done.signal)
      abandoning.abort()
    }
    const grace = abandonInTime().catch(() => {})
    await Promise.all(tasks)
    done.abort()
    await grace
    if (undelivered > 0) logger.warn('Trace anomaly alerts are left undelivered', { undelivered })
  }

  return {
    get pending() {
      return tasks.size
    },
    tell: (anomaly) => {
      if (stopping.signal.aborted) return drop('the webhook is stopped')
      if (tasks.size >= limits.maxPending) return drop(`${tasks.size} are waiting`)
      const task = run(anomaly).finally(() => {
        tasks.delete(task)
        metrics.webhookPending.set(tasks.size)
      })
      tasks.add(task)
      metrics.webhookPending.set(tasks.size)
    },
    stop: (graceMs) => {
      stopped ??= finish(graceMs)
      return stopped
    },
  }
}

function traceIdOf(anomaly: Anomaly): string | undefined {
  if (anomaly.type === 'high_error_rate') return undefined
  return anomaly.type === 'rule' ? anomaly.trace?.traceId : anomaly.traceId
}
