import type { Message } from '../../model/message.js'
import type { AnomalyNotification } from '../../model/notification.js'
import { fit } from '../text/fit.js'
import { encodeAnomaly } from './encode-anomaly.js'

const MOST_BYTES = 1024 * 1024

/** The body of the built-in webhook: an anomaly, or, where it batches, an array of them. */
export function encodeAnomalies({ anomalies }: AnomalyNotification, batch: boolean): Message {
  const [first] = anomalies
  const bodies = anomalies.map(encodeAnomaly)
  const { text, leftOut } = batch
    ? fit(bodies.length, MOST_BYTES, (count) => `[${bodies.slice(0, count).join(',')}]`)
    : { text: bodies[0] ?? '{}', leftOut: bodies.length - 1 }
  return {
    contentType: 'application/json',
    body: text,
    facts: first === undefined ? {} : { anomaly_type: first.type },
    leftOut,
  }
}
