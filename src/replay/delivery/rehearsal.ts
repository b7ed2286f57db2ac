import { createAnomalyEncoder } from '../../delivery-plan.js'
import { createAnomalyLane } from '../../dispatch/anomaly-lane.js'
import { createDispatcher } from '../../dispatch/dispatcher.js'
import { createMaintenanceMuter } from '../../dispatch/maintenance.js'
import { createSilences } from '../../dispatch/silences.js'
import type { MutedAlert } from '../../dispatch/step-record.js'
import type { Alert } from '../../model/alert.js'
import type { Anomaly } from '../../model/anomaly.js'
import type { Flushed } from '../../model/flush.js'
import type { Notification } from '../../model/notification.js'
import type { OutgoingMessage } from '../../model/outbox.js'
import type { Silence } from '../../model/silence.js'
import type { Timestamp } from '../../model/time.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { silentLogger } from '../../telemetry/silent-logger.js'
import { createNoticeLog } from './notice-log.js'
import { openRehearsed, type DispatchSettings } from './open-rehearsed.js'
import { createVirtualClock } from './virtual-clock.js'

/** What a receiver would have been told at a moment. */
export interface RehearsedTelling {
  readonly at: Timestamp
  readonly receiver: string
  /** Undefined for anomalies, which pass grouping. */
  readonly notification: Notification | undefined
  /** One for each integration that would have been told. */
  readonly messages: readonly OutgoingMessage[]
}

export interface RehearsalOptions {
  readonly settings: DispatchSettings
  readonly silences: readonly Silence[]
  readonly start: Timestamp
  readonly onTold: (telling: RehearsedTelling) => void
  /** Is told of alerts that are muted, whenever their group is looked at. */
  readonly onMuted?: ((muted: readonly MutedAlert[]) => void) | undefined
}

/** Who would be told of what, and when: the daemon's own dispatch over virtual time. Nothing is ever sent. */
export interface Rehearsal {
  /** What an evaluation at this moment hands on; never before one that was handed on earlier. */
  accept(at: Timestamp, alerts: readonly Alert[], anomalies: readonly Anomaly[]): Promise<void>
  /** Does everything that is due until `at`, that moment included. */
  settle(at: Timestamp): Promise<void>
  close(): Promise<void>
}

/** Undefined where the settings name nobody who could be told. */
export async function openRehearsal(options: RehearsalOptions): Promise<Rehearsal | undefined> {
  const { settings, start, onTold } = options
  const clock = createVirtualClock(start)
  const opened = openRehearsed(settings, clock)
  if (opened === undefined) return undefined
  const { plan, receivers } = opened
  const [metrics, logger, notices] = [createMetrics(), silentLogger, createNoticeLog()]
  const externalUrl = settings.links.externalUrl?.href ?? ''
  const silences = await loadSilences(options.silences, { clock, logger })

  const flush = async ({ at, notification, notices: told }: Flushed): Promise<void> => {
    notices.keep(told)
    if (notification === undefined) return
    const { receiver } = notification
    onTold({ at, receiver, notification, messages: receivers.encode(notification) })
  }
  const dispatcher = createDispatcher({
    plan,
    restore: async () => [],
    silences,
    findNotice: notices.find,
    flush,
    sendsResolved: (name) => receivers.of(name).some(({ notifier }) => notifier.sendResolved),
    onMuted: options.onMuted,
    externalUrl: () => externalUrl,
    clock,
    logger,
    metrics,
  })

  const encodeAnomalies = createAnomalyEncoder(receivers.integrations, externalUrl)
  const tellAnomalies = (...told: Parameters<typeof encodeAnomalies>): void => {
    for (const message of encodeAnomalies(...told)) {
      const at = message.createdAt
      onTold({ at, receiver: receiverOf(message), notification: undefined, messages: [message] })
    }
  }
  const receiverOf = ({ target }: OutgoingMessage): string =>
    receivers.integrations.find((each) => each.target === target)?.receiver ?? ''
  const lane = createAnomalyLane({
    muters: [silences.mutes, createMaintenanceMuter(plan.maintenanceWindows)],
    windowMs: settings.config.alerting.similarMs,
    onFolded: (folded) => tellAnomalies(folded, clock.now()),
    clock,
    metrics,
  })
  await lane.start()
  await dispatcher.start()
  return {
    accept: async (at, alerts, anomalies) => {
      await clock.moveTo(at)
      const judged = lane.judge(anomalies)
      tellAnomalies(judged.told, at)
      judged.keep()
      dispatcher.accept(alerts)
    },
    settle: (at) => clock.moveTo(at, true),
    close: async () => {
      await dispatcher.stop()
      await lane.stop()
      await receivers.close()
    },
  }
}

type Parts = Pick<Parameters<typeof createSilences>[0], 'clock' | 'logger'>

async function loadSilences(silences: readonly Silence[], parts: Parts) {
  const opened = createSilences({
    ...parts,
    load: async () => silences,
    save: () => Promise.reject(new Error('nobody silences anything in a rehearsal')),
    createId: () => '',
  })
  await opened.load()
  return opened
}
