import { createHash } from 'node:crypto'
import type { Anomaly } from '../model/anomaly.js'
import type { AnomalyNotification, ToldAnomaly } from '../model/notification.js'
import type { Timestamp } from '../model/time.js'
import { toAnomalyKey } from './anomaly-labels.js'

export interface AnomalyTarget {
  readonly receiver: string
  /** Whether the anomalies of a check go in one message. */
  readonly batch: boolean
  readonly externalUrl: string
}

/** The notifications in which a receiver is told of anomalies: one for each, or one for all. */
export function toAnomalyNotifications(
  anomalies: readonly ToldAnomaly[],
  at: Timestamp,
  { receiver, batch, externalUrl }: AnomalyTarget,
): readonly AnomalyNotification[] {
  if (anomalies.length === 0) return []
  const parts = batch ? [anomalies] : anomalies.map((anomaly) => [anomaly])
  return parts.map((part) => {
    const idempotencyKey = toKey(receiver, part)
    // None waits for another.
    const groupKey = `anomaly:${idempotencyKey}`
    return { lane: 'anomalies', receiver, at, idempotencyKey, groupKey, externalUrl, anomalies: part }
  })
}

function toKey(receiver: string, anomalies: readonly ToldAnomaly[]): string {
  const hash = createHash('sha256').update(receiver)
  for (const anomaly of anomalies)
    hash.update(JSON.stringify([...whatTellsApart(anomaly), anomaly.similar ?? 0]))
  return hash.digest('hex').slice(0, 32)
}

/**
 * A trace is found once by each of the built-in rules, whatever is known of it by then. It says nothing of when that was,
 * which is another moment where it is found anew as what was known of it is lost. The others are found again and again: what
 * they are about and when they were found tells them apart.
 */
function whatTellsApart(anomaly: Anomaly): readonly unknown[] {
  if (anomaly.type === 'high_latency' || anomaly.type === 'error_status')
    return [anomaly.type, anomaly.traceId]
  const traceId = anomaly.type === 'rule' ? anomaly.trace?.traceId : undefined
  return [toAnomalyKey(anomaly), anomaly.at, traceId]
}
