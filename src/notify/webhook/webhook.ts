import { SECOND_MS } from '../../model/time.js'
import { DEFAULT_WEBHOOK_LIMITS, type WebhookOptions } from './options.js'
import { createDeliveryQueue, type DeliveryQueue } from './delivery-queue.js'
import { createPoster } from './post.js'

const DEFAULT_TIMEOUT_MS = 5 * SECOND_MS
const DEFAULT_GRACE_MS = 5 * SECOND_MS

/** Tells one URL of every anomaly, each in a JSON document of its own. */
export interface Webhook extends Omit<DeliveryQueue, 'stop'> {
  /** As for the queue, with 5 seconds of grace by default; then closes the connections. */
  stop(graceMs?: number): Promise<void>
}

/**
 * A webhook. Network errors, timeouts and answers that may turn out well later (408, 425, 429, 5xx) are retried for
 * 5 minutes; nothing is kept over a restart.
 */
export function createWebhook(options: WebhookOptions): Webhook {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, limits = DEFAULT_WEBHOOK_LIMITS } = options
  const poster = createPoster({ ...options, timeoutMs })
  const queue = createDeliveryQueue({ ...options, limits, post: poster.post })
  return {
    get pending() {
      return queue.pending
    },
    tell: (anomaly) => {
      queue.tell(anomaly)
    },
    stop: async (graceMs = DEFAULT_GRACE_MS) => {
      await queue.stop(graceMs)
      await poster.close()
    },
  }
}
