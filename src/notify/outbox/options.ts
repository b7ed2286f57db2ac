import type { Clock } from '../../model/clock.js'
import type { Outbox, Target } from '../../model/outbox.js'
import type { Logger } from '../../telemetry/logger.js'
import type { NotifyMetrics } from '../../telemetry/notify-metrics.js'
import type { Spans } from '../../telemetry/spans.js'
import type { Notifier } from '../notifier.js'
import { DEFAULT_RETRY_LIMITS, type RetryLimits } from './judge-failure.js'

export interface OutboxLimits extends RetryLimits {
  /** Messages that are delivered at once, of all targets. */
  readonly maxInFlight: number
  /** Of one target. */
  readonly maxInFlightPerTarget: number
}

export const DEFAULT_OUTBOX_LIMITS: OutboxLimits = {
  ...DEFAULT_RETRY_LIMITS,
  maxInFlight: 256,
  maxInFlightPerTarget: 16,
}

export interface DeliverOutboxOptions {
  readonly outbox: Outbox
  /** By target, and where it was to lead. A message whose target is not there any more, or leads elsewhere, is given up. */
  readonly notifiers: { get(target: Target, address?: string): Pick<Notifier, 'deliver'> | undefined }
  readonly clock: Clock
  /** Uniform in [0, 1), for the jitter of retries. */
  readonly random: () => number
  readonly logger: Logger
  readonly metrics: NotifyMetrics
  readonly spans: Spans
  readonly limits?: OutboxLimits
}
