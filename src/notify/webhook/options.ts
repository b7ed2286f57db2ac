import type { Clock } from '../../model/clock.js'
import type { Logger } from '../../telemetry/logger.js'
import type { Metrics } from '../../telemetry/metrics.js'
import type { Spans } from '../../telemetry/spans.js'
import type { Untraced } from '../../telemetry/untraced.js'

/** What a user sets of a webhook. */
export interface WebhookConfig {
  /** http or https. Its path, query and password may be secrets, which are never logged. */
  readonly url: URL
  /** For each whole exchange; 5 seconds by default. */
  readonly timeoutMs?: number
}

export interface WebhookLimits {
  /** Posts at once; 16 by default. */
  readonly maxInFlight: number
  /** Anomalies not yet delivered, retries included; 10,000 by default. Beyond it the newest is dropped. */
  readonly maxPending: number
}

export const DEFAULT_WEBHOOK_LIMITS: WebhookLimits = { maxInFlight: 16, maxPending: 10_000 }

/** What the parts of the engine hand to a webhook. */
export interface WebhookSurroundings {
  readonly clock: Clock
  /** Uniform in [0, 1), for the jitter of retries. */
  readonly random: () => number
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'webhookDeliveries' | 'webhookPending'>
  readonly spans: Spans
}

export interface WebhookOptions extends WebhookConfig, WebhookSurroundings {
  /** `tracebell/` and the version. */
  readonly userAgent: string
  readonly untraced: Untraced
  readonly limits?: WebhookLimits
}
