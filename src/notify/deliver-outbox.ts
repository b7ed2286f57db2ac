import { setMaxListeners } from 'node:events'
import type { Clock } from '../model/clock.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../model/time.js'
import type { OutboxEntry } from '../model/outbox.js'
import { createInFlight, type InFlight } from './outbox/in-flight.js'
import { DEFAULT_OUTBOX_LIMITS, type DeliverOutboxOptions } from './outbox/options.js'
import { createDeliverEntry, type DeliverEntry } from './outbox/deliver-entry.js'
import { createWaker, type Waker } from './outbox/waker.js'

/** Delivers what is in an outbox, in the background. */
export interface OutboxDelivery {
  /** Begins. A second call does nothing. */
  start(): void
  /** Says that something was put into the outbox. */
  wake(): void
  /** How many messages are being delivered. */
  readonly inFlight: number
  /**
   * Begins no more deliveries. What is in flight may finish for as long as the grace period lasts, and is aborted then; what
   * was not delivered stays in the outbox. Never rejects; a second call waits for the first.
   */
  stop(graceMs: number): Promise<void>
}

/** The outbox is looked into at least so often, in case somebody else put something in. */
const LONGEST_SLEEP_MS = MINUTE_MS
/** And so often while anything is in flight: what else its targets have waiting is not known then. */
const SLEEP_IN_FLIGHT_MS = SECOND_MS
/** After a reading of the outbox that failed. */
const FAILURE_PAUSE_MS = SECOND_MS
/** What ignores that it is aborted is left behind after so long. */
const ABORT_GRACE_MS = SECOND_MS

/**
 * Makes the worker. Messages of one target and group key are delivered one after the other; a target that is slow or away
 * holds up no other: it has places of its own, and is not asked about while they are taken.
 */
export function createOutboxDelivery(options: DeliverOutboxOptions): OutboxDelivery {
  const { clock, limits = DEFAULT_OUTBOX_LIMITS, metrics } = options
  const stopping = new AbortController()
  const abandoning = new AbortController()
  // Every delivery listens.
  setMaxListeners(0, stopping.signal, abandoning.signal)
  const waker = createWaker(clock)
  const inFlight = createInFlight(limits, (count) => {
    metrics.notificationsInFlight.set(count)
    waker.wake()
  })
  const deliver = createDeliverEntry({ ...options, limits, signal: abandoning.signal })
  let running: Promise<void> | undefined
  let stopped: Promise<void> | undefined

  const finish = async (graceMs: number): Promise<void> => {
    stopping.abort()
    waker.wake()
    await running
    if (await endsWithin(inFlight.idle(), graceMs, clock)) return
    abandoning.abort()
    await endsWithin(inFlight.idle(), ABORT_GRACE_MS, clock)
  }

  return {
    start: () => {
      if (stopping.signal.aborted) return
      running ??= run({ ...options, waker, inFlight, deliver, stopping: stopping.signal })
    },
    wake: () => waker.wake(),
    get inFlight() {
      return inFlight.count
    },
    stop: (graceMs) => {
      stopped ??= finish(graceMs)
      return stopped
    },
  }
}

interface Running extends DeliverOutboxOptions {
  readonly waker: Waker
  readonly inFlight: InFlight
  readonly deliver: DeliverEntry
  readonly stopping: AbortSignal
}

async function run(running: Running): Promise<void> {
  const { waker, stopping, logger, metrics } = running
  while (!stopping.aborted) {
    try {
      await beginDue(running)
      await waker.sleepUntil(await nextLook(running), stopping)
    } catch (error) {
      metrics.outboxFailures.inc()
      logger.error('The outbox cannot be read', { error: error instanceof Error ? error.message : 'unknown' })
      await waker.pause(FAILURE_PAUSE_MS, stopping)
    }
  }
}

/** Begins what is due, as far as there are places. */
async function beginDue({ outbox, clock, inFlight, deliver, stopping, limits }: Running): Promise<void> {
  const perTarget = (limits ?? DEFAULT_OUTBOX_LIMITS).maxInFlightPerTarget
  let mayBeMore = true
  while (mayBeMore && inFlight.free > 0) {
    // Those in flight come too, as they are not settled yet.
    const limit = inFlight.count + inFlight.free
    const due = await outbox.due(clock.now(), limit, inFlight.busy(), perTarget)
    if (stopping.aborted) return
    const began = due.filter((entry) => begin(entry, inFlight, deliver)).length
    mayBeMore = began > 0 && due.length === limit
  }
}

/** When the outbox is looked into next, unless something wakes the worker before. */
async function nextLook({ outbox, clock, inFlight, metrics }: Running): Promise<Timestamp> {
  // What is in flight counts as due until it is settled, so its targets are not asked about.
  const next = await outbox.nextDueAt(inFlight.targets())
  metrics.notificationsWaiting.set(await outbox.waiting())
  const latest = clock.now() + (inFlight.count > 0 ? SLEEP_IN_FLIGHT_MS : LONGEST_SLEEP_MS)
  return Math.min(next ?? latest, latest)
}

function begin(entry: OutboxEntry, inFlight: InFlight, deliver: DeliverEntry): boolean {
  if (!inFlight.mayBegin(entry)) return false
  inFlight.begin(entry, () => deliver(entry))
  return true
}

/** Whether the work ends before the time is up. */
async function endsWithin(work: Promise<void>, ms: number, clock: Clock): Promise<boolean> {
  const done = new AbortController()
  const timeUp = clock.sleepUntil(clock.now() + ms, done.signal).then(
    () => false,
    () => true,
  )
  const ended = await Promise.race([work.then(() => true), timeUp])
  done.abort()
  return ended
}
