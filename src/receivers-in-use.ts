import type { Target } from './model/outbox.js'
import type { Notifier } from './notify/notifier.js'
import type { Receivers } from './notify/receivers.js'

/** The receivers that are told now; a reload puts others in their place. */
export interface ReceiversInUse {
  now(): Receivers
  /** For the worker that delivers the outbox. */
  readonly notifiers: { get(target: Target, address?: string): Pick<Notifier, 'deliver'> | undefined }
  /** Those before are let go when nothing is on its way through them any more. */
  replace(next: Receivers): void
  /** Lets go of all connections at once. */
  close(): Promise<void>
}

interface Generation {
  readonly receivers: Receivers
  /** What is on its way through them. */
  readonly deliveries: Set<Promise<void>>
}

export function createReceiversInUse(first: Receivers): ReceiversInUse {
  let current = begin(first)
  const before = new Set<Generation>()

  async function letGo(old: Generation): Promise<void> {
    before.add(old)
    while (old.deliveries.size > 0) await Promise.allSettled(old.deliveries)
    // Unless all were let go meanwhile.
    if (before.delete(old)) await old.receivers.close()
  }

  return {
    now: () => current.receivers,
    notifiers: { get: (target, address) => follow(current, target, address) },
    replace: (next) => {
      const old = current
      current = begin(next)
      void letGo(old)
    },
    close: async () => {
      const all = [...before, current]
      before.clear()
      await Promise.all(all.map(({ receivers }) => receivers.close()))
    },
  }
}

function begin(receivers: Receivers): Generation {
  return { receivers, deliveries: new Set() }
}

/** The notifier of a target, whose deliveries are taken note of. */
function follow(
  { receivers, deliveries }: Generation,
  target: Target,
  address: string | undefined,
): Pick<Notifier, 'deliver'> | undefined {
  const notifier = receivers.notifiers.get(target, address)
  if (notifier === undefined) return undefined
  return {
    deliver: (...given) => {
      const delivery = notifier.deliver(...given).finally(() => deliveries.delete(delivery))
      deliveries.add(delivery)
      return delivery
    },
  }
}
