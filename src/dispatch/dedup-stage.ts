import { findTellingReason, type TellingReason } from './find-telling-reason.js'
import { addStep, type Stage, type Telling, type TellingAlert } from './telling.js'

/** Whether a receiver wants to hear of ends. */
export type SendsResolved = (receiver: string) => boolean

/** Ends what the receiver knows already. */
export function createDedupStage(sendsResolved: SendsResolved): Stage {
  return {
    name: 'dedup',
    run: (telling) => {
      const reason = decide(telling, sendsResolved(telling.group.route.receiver))
      const text = reason === undefined ? describeSilence(telling) : `is told: ${reason}`
      const step = { stage: 'dedup', text, muted: [], mutedCount: 0 } as const
      return addStep(telling, step, { reason, end: reason === undefined ? 'nothing' : undefined })
    },
  }
}

function decide(telling: Telling, sendResolved: boolean): TellingReason | undefined {
  return findTellingReason({
    at: telling.at,
    notice: telling.notice,
    owed: telling.owed,
    ...splitByStatus(telling.alerts),
    sendResolved,
    repeatIntervalMs: telling.group.route.repeatIntervalMs,
  })
}

/** The ids of those that fire and of those that have ended. */
export function splitByStatus(alerts: readonly TellingAlert[]): {
  readonly firing: string[]
  readonly resolved: string[]
} {
  const [firing, resolved]: [string[], string[]] = [[], []]
  for (const { held, alert } of alerts) (alert.status === 'firing' ? firing : resolved).push(held.id)
  return { firing, resolved }
}

function describeSilence({ notice, at, alerts, group }: Telling): string {
  if (notice === undefined) return 'is not told: what has ended was never told of'
  if (!alerts.some(({ alert }) => alert.status === 'firing')) return 'is not told: the end was told already'
  const next = new Date(notice.at + group.route.repeatIntervalMs).toISOString()
  return `is not told: nothing has changed since it was told ${Math.round((at - notice.at) / 1000)} s ago; it is told again after ${next}`
}
