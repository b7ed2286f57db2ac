import type { AnyNotification } from '../model/notification.js'
import type { OutgoingMessage, Target } from '../model/outbox.js'
import type { ReceiverConfig } from './config.js'
import { encodeFor } from './encode-for.js'
import type { Integration } from './integration.js'
import { CREATE_NOTIFIERS, NOTIFIER_KINDS } from './kinds.js'
import type { Notifier, NotifierSurroundings } from './notifier.js'

export type { Integration }

/** Finds who delivers a message. */
export interface NotifiersByTarget {
  /**
   * The notifier of a target. With an address only one that leads there: where the target leads elsewhere by now, another
   * of its receiver and kind that does, as they may stand in another order.
   */
  get(target: Target, address?: string): Notifier | undefined
}

/** The receivers of a configuration. */
export interface Receivers {
  readonly integrations: readonly Integration[]
  /** For the worker that delivers the outbox. */
  readonly notifiers: NotifiersByTarget
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
      CREATE_NOTIFIERS[kind](receiver, surroundings).map(({ notifier, address }, index) => ({
        target: `${receiver.name}/${kind}[${index}]`,
        receiver: receiver.name,
        index,
        kind,
        notifier,
        address,
      })),
    ),
  )
  const of = (name: string): readonly Integration[] =>
    integrations.filter(({ receiver }) => receiver === name)
  return {
    integrations,
    notifiers: findByTarget(integrations),
    of,
    encode: (notification) =>
      of(notification.receiver).flatMap((integration) => encodeFor(integration, notification)),
    close: async () => void (await Promise.all(integrations.map(({ notifier }) => notifier.close()))),
  }
}

function findByTarget(integrations: readonly Integration[]): NotifiersByTarget {
  const targets = new Map(integrations.map((integration) => [integration.target, integration]))
  return {
    get(target, address) {
      const named = targets.get(target)
      if (address === undefined || named?.address === address) return named?.notifier
      const kindOf = (each: Target): string => each.slice(0, each.lastIndexOf('['))
      return integrations.find((each) => each.address === address && kindOf(each.target) === kindOf(target))
        ?.notifier
    },
  }
}
