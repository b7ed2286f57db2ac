import type { Clock } from '../model/clock.js'
import type { Target } from '../model/outbox.js'
import { toDeliveryError } from './delivery-error.js'
import type { DeliveryError } from './delivery-error.js'
import { encodeFor } from './encode-for.js'
import type { Integration } from './integration.js'
import { createSampleNotification, type SampleOptions } from './sample-notification.js'

/** How a test of one integration ended. */
export type TestOutcome = {
  readonly target: Target
  readonly tookMs: number
} & ({ readonly delivered: true } | { readonly delivered: false; readonly error: DeliveryError })

export interface SendTestOptions extends SampleOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * Sends a message that says it is a test to each of these integrations, once and at once, past the outbox. Never rejects:
 * each has an outcome. One that tells no ends of alerts has none of a test with the status resolved.
 */
export async function sendTest(
  integrations: readonly Integration[],
  options: SendTestOptions,
): Promise<readonly TestOutcome[]> {
  const outcomes = await Promise.all(integrations.map((integration) => testOne(integration, options)))
  return outcomes.flat()
}

async function testOne(integration: Integration, options: SendTestOptions): Promise<readonly TestOutcome[]> {
  const { target, notifier } = integration
  const { clock, signal } = options
  const notification = createSampleNotification(notifier.lane, options)
  const messages = encodeFor(integration, notification)
  return Promise.all(
    messages.map(async ({ message, idempotencyKey }) => {
      const since = clock.now()
      const error = await notifier
        .deliver(message, { idempotencyKey, attempt: 1, signal })
        .then(() => undefined, toDeliveryError)
      const tookMs = clock.now() - since
      return error === undefined
        ? { target, tookMs, delivered: true }
        : { target, tookMs, delivered: false, error }
    }),
  )
}
