import type { MuteReason, Muter } from '../model/muter.js'
import type { Route } from '../model/route.js'
import type { TimeInterval } from '../model/time-interval.js'
import type { Timestamp } from '../model/time.js'
import { describeMute } from './describe-mute.js'
import type { MutedAlert, StageName } from './step-record.js'
import { addStep, type Stage, type Telling, type TellingAlert } from './telling.js'
import { isInInterval } from './time-intervals.js'

/** Is told of the alerts that a stage takes out of a telling, and why; never of none. */
export type OnMuted = (muted: readonly MutedAlert[]) => void

/** Of those that a stage takes out so many are kept for people to see. */
const MOST_SHOWN = 20

/** Takes out what a muter mutes. */
export function createMuteStage(name: StageName, muter: Muter, onMuted: OnMuted): Stage {
  return {
    name,
    run: (telling) => muteAlerts(telling, name, ({ alert }) => muter(alert.labels, telling.at), onMuted),
  }
}

/** Takes out everything while the time intervals of the route say so. */
export function createTimeStage(intervals: ReadonlyMap<string, TimeInterval>, onMuted: OnMuted): Stage {
  return {
    name: 'times',
    run: (telling) => {
      const reason = findTimeReason(telling.group.route, intervals, telling.at)
      return muteAlerts(telling, 'times', () => reason, onMuted)
    },
  }
}

/** Why a route is silent at a moment. */
export function findTimeReason(
  { activeTimeIntervals, muteTimeIntervals }: Route,
  intervals: ReadonlyMap<string, TimeInterval>,
  at: Timestamp,
): MuteReason | undefined {
  const isNow = (name: string): boolean => {
    const interval = intervals.get(name)
    return interval !== undefined && isInInterval(interval, at)
  }
  if (activeTimeIntervals.length > 0 && !activeTimeIntervals.some(isNow))
    return { kind: 'outside-active-time', names: activeTimeIntervals }
  const name = muteTimeIntervals.find(isNow)
  return name === undefined ? undefined : { kind: 'mute-time', name }
}

/** Who was told that an alert fires is told of its end, muted or not: else they would wait for it for ever. */
function muteAlerts(
  telling: Telling,
  stage: StageName,
  findReason: (alert: TellingAlert) => MuteReason | undefined,
  onMuted: OnMuted,
): Telling {
  const [kept, muted]: [TellingAlert[], MutedAlert[]] = [[], []]
  for (const each of telling.alerts) {
    const isOwed = each.alert.status === 'resolved' && telling.owed.has(each.held.id)
    const reason = isOwed ? undefined : findReason(each)
    if (reason === undefined) kept.push(each)
    else muted.push({ labels: each.alert.labels, reason })
  }
  if (muted.length > 0) onMuted(muted)
  const text = describe(muted, kept.length)
  const end = kept.length === 0 ? 'nothing' : undefined
  return addStep(
    telling,
    { stage, text, muted: muted.slice(0, MOST_SHOWN), mutedCount: muted.length },
    { alerts: kept, end },
  )
}

function describe(muted: readonly MutedAlert[], kept: number): string {
  const [first] = muted
  if (first === undefined) return 'nothing is muted'
  const count = `${muted.length} of ${muted.length + kept} ${muted.length + kept === 1 ? 'alert' : 'alerts'}`
  return `${count} ${describeMute(first.reason)}${muted.length === 1 ? '' : ', for one'}`
}
