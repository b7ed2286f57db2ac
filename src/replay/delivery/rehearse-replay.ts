import type { Anomaly } from '../../model/anomaly.js'
import type { Timestamp } from '../../model/time.js'
import type { GroupOutcome } from '../../rule/rule-group.js'
import { createDeliveryRecord, type DeliveryReport } from './delivery-report.js'
import { receiverNames, type DispatchSettings } from './open-rehearsed.js'
import { openRehearsal, type Rehearsal } from './rehearsal.js'

/** The dispatch of a replay, which begins with its first evaluation. */
export interface RehearsedReplay {
  note(outcome: GroupOutcome, anomalies: readonly Anomaly[]): Promise<void>
  /** Ends it at `at`, and says what it came to; undefined where the settings name nobody. */
  finish(at: Timestamp): Promise<DeliveryReport | undefined>
}

export function rehearseReplay(settings: DispatchSettings): RehearsedReplay {
  const record = createDeliveryRecord(receiverNames(settings))
  let rehearsal: Rehearsal | undefined

  function open(start: Timestamp): Promise<Rehearsal | undefined> {
    return openRehearsal({
      settings,
      silences: [],
      start,
      onTold: (telling) => record.noteTold(telling),
      onMuted: (muted) => record.noteMuted(muted),
    })
  }

  return {
    note: async ({ at, alerts }, anomalies) => {
      rehearsal ??= await open(at)
      record.noteAlerts(alerts)
      await rehearsal?.accept(at, alerts, anomalies)
    },
    finish: async (at) => {
      await rehearsal?.settle(at)
      await rehearsal?.close()
      return receiverNames(settings).length === 0 ? undefined : record.report()
    },
  }
}
