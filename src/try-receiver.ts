import type { AllSettings } from './config/settings/read-settings.js'
import type { Clock } from './model/clock.js'
import { previewMessage, type MessagePreview } from './notify/preview-message.js'
import type { Receivers } from './notify/receivers.js'
import { createSampleNotification } from './notify/sample-notification.js'
import { sendTest, type TestOutcome } from './notify/send-test.js'
import { listReceivers, openReceivers, type OpenReceiversOptions } from './open-receivers.js'

export { listReceivers }
export type { MessagePreview, Receivers, TestOutcome }

/** One receiver as it is reached; undefined where none has this name. Throws as `createReceivers` does. */
export function openReceiver(name: string, options: OpenReceiversOptions): Receivers | undefined {
  const config = listReceivers(options).find((each) => each.name === name)
  return config === undefined ? undefined : openReceivers([config], options)
}

export interface TryReceiverOptions {
  readonly status: 'firing' | 'resolved'
  /** Tells one test from the next. */
  readonly id: string
  readonly clock: Clock
  readonly signal: AbortSignal
}

type Settings = Pick<AllSettings, 'links'>

/** Sends each integration of a receiver a message that says it is a test, past the outbox. */
export function tryReceiver(
  receivers: Receivers,
  receiver: string,
  { links }: Settings,
  options: TryReceiverOptions,
): Promise<readonly TestOutcome[]> {
  const sample = toSample(receiver, links, options)
  return sendTest(receivers.of(receiver), { ...options, ...sample })
}

/** The messages that a test would send. */
export function previewReceiver(
  receivers: Receivers,
  receiver: string,
  { links }: Settings,
  options: Omit<TryReceiverOptions, 'signal'>,
): readonly MessagePreview[] {
  const sample = toSample(receiver, links, options)
  return receivers
    .of(receiver)
    .flatMap((integration) =>
      previewMessage(integration, createSampleNotification(integration.notifier.lane, sample)),
    )
}

function toSample(
  receiver: string,
  links: AllSettings['links'],
  { status, id, clock }: Omit<TryReceiverOptions, 'signal'>,
) {
  return { receiver, status, id, at: clock.now(), externalUrl: links.externalUrl?.href ?? '' }
}
