import type { Alert } from '../model/alert.js'
import type { Flush, Flushed } from '../model/flush.js'
import { toNotice, toNotification } from './build-notification.js'
import { splitByStatus, type SendsResolved } from './dedup-stage.js'
import { addStep, type Stage, type Telling } from './telling.js'

/** Alerts that leave their groups with a flush, and the way back if it fails. */
export interface Release {
  /** Those that no other group has still to tell of. */
  readonly ended: readonly Alert[]
  readonly undo: () => void
}

export interface EnqueueOptions {
  readonly flush: Flush
  readonly sendsResolved: SendsResolved
  /** Takes what has ended out of the groups of these tellings. */
  readonly release: (tellings: readonly Telling[]) => Release
  readonly externalUrl: string
}

/** Hands on what is told, together with what the log says from now on: both are kept, or neither is. */
export function createEnqueueStage(options: EnqueueOptions): Stage {
  return {
    name: 'enqueue',
    run: async (telling, signal) => {
      const tellings = [telling, ...(telling.folded?.tellings ?? [])]
      const released = options.release(tellings)
      const flushed = toFlushed(telling, released.ended, options)
      try {
        await options.flush(flushed, signal)
      } catch (error) {
        released.undo()
        throw error
      }
      const isTold = flushed.notification !== undefined
      const text = isTold
        ? `is on its way to ${telling.group.route.receiver}`
        : 'the receiver does not want to hear of ends'
      return addStep(
        telling,
        { stage: 'enqueue', text, muted: [], mutedCount: 0 },
        { end: isTold ? 'told' : 'noted' },
      )
    },
  }
}

function toFlushed(telling: Telling, ended: readonly Alert[], options: EnqueueOptions): Flushed {
  const sendResolved = options.sendsResolved(telling.group.route.receiver)
  const tellings = [telling, ...(telling.folded?.tellings ?? [])]
  const notices = tellings.map((each) => toNotice(each, splitByStatus(each.alerts)))
  return {
    at: telling.at,
    notification: toNotification(telling, { ...options, sendResolved }),
    notices,
    ended,
  }
}
