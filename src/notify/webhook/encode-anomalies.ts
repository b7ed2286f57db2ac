import type { Message } from '../../model/message.js'
import type { AnomalyNotification } from '../../model/notification.js'
import { encodeEach, takeFitting } from '../text/fit.js'
import { encodeAnomaly } from './encode-anomaly.js'

const MOST_BYTES = 1024 * 1024
const BRACKETS = 2

/** The body of the built-in webhook: an anomaly, or, where it batches, an array of them. */
export function encodeAnomalies({ anomalies }: AnomalyNotification, batch: boolean): Message {
  const [first] = anomalies
  const most = batch ? anomalies.length : 1
  const bodies = takeFitting(encodeEach(anomalies.slice(0, most), encodeAnomaly), MOST_BYTES - BRACKETS)
  return {
    contentType: 'application/json',
    body: batch ? `[${bodies.join(',')}]` : (bodies[0] ?? '{}'),
    facts: first === undefined ? {} : { anomaly_type: first.type },
    leftOut: anomalies.length - bodies.length,
  }
}
