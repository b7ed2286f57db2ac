import type { AnyNotification } from '../model/notification.js'
import type { OutgoingMessage, Target } from '../model/outbox.js'
import type { ReceiverConfig } from './config.js'
import { encodeFor } from './encode-for.js'
import type { Integration } from './integration.js'
import { CREATE_NOTIFIERS, NOTIFIER_KINDS } from './kinds.js'
import type { Notifier, NotifierSurroundings } from './notifier.js'

export type { Integration }

/** The receivers of a configuration. */
export interface Receivers {
  readonly integrations: readonly Integration[]
  /** For the worker that delivers the outbox. */
  readonly notifiers: ReadonlyMap<Target, Notifier>
  /** The integrations of a receiver; none for a name that is not configured, and for a receiver that tells nobody. */
  readonly of: (receiver: string) => readonly Integration[]
  /** The messages that a notification becomes: for each integration of its lane, what goes into the outbox. Never throws. */
  readonly encode: (notification: AnyNotification) => readonly OutgoingMessage[]
  /** Lets go of all connections. */
  close(): Promise<void>
}

/** Makes the receivers. Throws where a file of their TLS cannot be read, or where a program is not allowed. */
export function createReceivers(
  configs: readonly ReceiverConfig[],
  surroundings: NotifierSurroundings,
): Receivers {
  const integrations = configs.flatMap((receiver) =>
    NOTIFIER_KINDS.flatMap((kind) =>
      CREATE_NOTIFIERS[kind](receiver, surroundings).map((notifier, index) => ({
        target: `${receiver.name}/${kind}[${index}]`,
        receiver: receiver.name,
        index,
        kind,
        notifier,
      })),
    ),
  )
  const of = (name: string): readonly Integration[] =>
    integrations.filter(({ receiver }) => receiver === name)
  return {
    integrations,
    notifiers: new Map(integrations.map(({ target, notifier }) => [target, notifier])),
    of,
    encode: (notification) =>
      of(notification.receiver).flatMap((integration) => encodeFor(integration, notification)),
    close: async () => void (await Promise.all(integrations.map(({ notifier }) => notifier.close()))),
  }
}
