import type { OutboxEntry } from '../../model/outbox.js'
import { SECOND_MS } from '../../model/time.js'
import { DeliveryError, toDeliveryError } from '../delivery-error.js'
import { type FailureVerdict, judgeFailure } from './judge-failure.js'
import type { DeliverOutboxOptions, OutboxLimits } from './options.js'

/** Makes one attempt at a message, and writes down what came of it. Never rejects. */
export type DeliverEntry = (entry: OutboxEntry) => Promise<void>

export interface DeliverEntryOptions extends DeliverOutboxOptions {
  readonly limits: OutboxLimits
  /** Aborted when no more time is left: what is not delivered then stays as it is. */
  readonly signal: AbortSignal
}

/** Between attempts to write down what came of a delivery. */
const SETTLE_PAUSE_MS = SECOND_MS

export function createDeliverEntry(options: DeliverEntryOptions): DeliverEntry {
  return async (entry) => {
    const error = await attempt(entry, options)
    if (error === undefined) return settleDelivered(entry, options)
    if (options.signal.aborted) return
    await settleFailed(entry, error, options)
  }
}

/** The failure of an attempt, or undefined. */
async function attempt(entry: OutboxEntry, options: DeliverEntryOptions): Promise<DeliveryError | undefined> {
  const { notifiers, spans, signal, metrics } = options
  const { target, address, message, idempotencyKey } = entry
  const number = entry.attempts + 1
  metrics.notifications.inc({ target })
  const attributes = { 'tracebell.target': target, 'tracebell.attempt': number }
  try {
    const notifier = notifiers.get(target, address)
    if (notifier === undefined) throw unknownReceiver(target, notifiers.get(target) !== undefined)
    await spans.within('deliver notification', attributes, () =>
      // Spans may leave the process: of what is no `DeliveryError` it is not known what its words hold.
      notifier.deliver(message, { idempotencyKey, attempt: number, signal }).catch((thrown: unknown) => {
        throw toDeliveryError(thrown)
      }),
    )
    return undefined
  } catch (thrown) {
    return toDeliveryError(thrown)
  }
}

function unknownReceiver(target: string, leadsElsewhere: boolean): DeliveryError {
  const found = leadsElsewhere
    ? `in the configuration ${target} leads elsewhere than when this was made`
    : `the configuration has no ${target} any more`
  return new DeliveryError(found, {
    reason: 'unknown_receiver',
    retryable: false,
  })
}

async function settleDelivered(entry: OutboxEntry, options: DeliverEntryOptions): Promise<void> {
  const { clock, metrics, outbox } = options
  const { target, createdAt, message } = entry
  if (message.leftOut > 0) metrics.notificationsLeftOut.inc({ target }, message.leftOut)
  metrics.notificationLatency.observe({ target }, Math.max(0, clock.now() - createdAt) / SECOND_MS)
  logDelivered(entry, options)
  await settle(() => outbox.delivered(entry.id, clock.now()), options)
}

async function settleFailed(
  entry: OutboxEntry,
  error: DeliveryError,
  options: DeliverEntryOptions,
): Promise<void> {
  const { clock, metrics, outbox, random, limits } = options
  const { target } = entry
  metrics.notificationsFailed.inc({ target, reason: error.reason })
  const verdict = judgeFailure({
    error,
    attempt: entry.attempts + 1,
    now: clock.now(),
    since: entry.queuedAt,
    random,
    limits,
  })
  logFailed(entry, error, verdict, options)
  if (verdict.kind === 'dead') metrics.notificationsDead.inc({ target, reason: error.reason })
  await settle(
    () =>
      verdict.kind === 'retry'
        ? outbox.retryAt(entry.id, verdict.at, error.message, clock.now())
        : outbox.dead(entry.id, verdict.why),
    options,
  )
}

/**
 * Writes down what came of an attempt, as often as it takes: until then the message keeps its place, so that it is not
 * delivered again while this process lives.
 */
async function settle(write: () => Promise<void>, options: DeliverEntryOptions): Promise<void> {
  const { clock, signal, logger, metrics } = options
  while (true) {
    try {
      return await write()
    } catch (error) {
      metrics.outboxFailures.inc()
      logger.error('What came of a notification cannot be written down', {
        error: error instanceof Error ? error.message : 'unknown error',
      })
    }
    if (signal.aborted) return
    await clock.sleepUntil(clock.now() + SETTLE_PAUSE_MS, signal).catch(() => {})
  }
}

/** The lines of anomalies are promised to their readers. */
function logDelivered(
  { lane, target, message, attempts }: OutboxEntry,
  { logger }: DeliverEntryOptions,
): void {
  if (lane === 'anomalies') {
    logger.info('Trace anomaly alert sent successfully', {
      anomaly_type: message.facts['anomaly_type'],
      target,
    })
  } else {
    logger.info('Notification sent', { target, attempt: attempts + 1 })
  }
}

function logFailed(
  { lane, target, message, attempts, groupKey }: OutboxEntry,
  error: DeliveryError,
  verdict: FailureVerdict,
  { logger, clock }: DeliverEntryOptions,
): void {
  const isAnomaly = lane === 'anomalies'
  const what = isAnomaly ? { anomaly_type: message.facts['anomaly_type'] } : { group: groupKey }
  const fields = { error: error.message, ...what, target, attempt: attempts + 1 }
  const retryInMs = verdict.kind === 'retry' ? verdict.at - clock.now() : undefined
  logger.warn(
    isAnomaly ? 'Failed to send trace anomaly alert (non-fatal)' : 'Failed to send a notification',
    {
      ...fields,
      retry_in_ms: retryInMs,
    },
  )
  if (verdict.kind === 'dead') {
    logger.error(isAnomaly ? 'Gave up on a trace anomaly alert' : 'Gave up on a notification', fields)
  }
}
