import type { AlertId } from '../model/alert-id.js'
import type { Alert } from '../model/alert.js'
import type { Notice } from '../model/notice.js'
import type { Timestamp } from '../model/time.js'
import type { AlertGroup, HeldAlert } from './alert-group.js'
import type { TellingReason } from './find-telling-reason.js'
import { alertAt } from './held-alert.js'
import type { StageName, StepRecord } from './step-record.js'

/** An alert on its way through the stages. */
export interface TellingAlert {
  readonly held: HeldAlert
  /** As it was when the flush began: if it is not the same any more, it has changed since. */
  readonly given: Alert
  /** As it stands at the moment of the flush. */
  readonly alert: Alert
}

/**
 * How a telling ended before the last stage or in it:
 * - `nothing`: there is nothing to tell, or nobody to be told
 * - `folded`: it waits for room within the rate limit
 * - `told`: it is on its way
 * - `noted`: only the log has changed, as the receiver does not want to hear of ends
 */
export type TellingEnd = 'nothing' | 'folded' | 'told' | 'noted'

/** One flush of an AlertGroup, as the stages hand it on. Each makes a new one. */
export interface Telling {
  readonly at: Timestamp
  readonly group: AlertGroup
  /** What its receiver was told last. */
  readonly notice: Notice | undefined
  /** Of these the receiver must hear the end, whatever is muted. */
  readonly owed: ReadonlySet<AlertId>
  /** All alerts of the group. */
  readonly all: readonly TellingAlert[]
  /** Those that do not leave it and that no stage has taken out, and the ends that are owed. */
  readonly alerts: readonly TellingAlert[]
  readonly steps: readonly StepRecord[]
  readonly end: TellingEnd | undefined
  /** Why its receiver is told; undefined until that is decided, and where it is not told. */
  readonly reason: TellingReason | undefined
  /** Others that go with it, as there was no room for each within the rate limit, and since when they have waited. */
  readonly folded: { readonly tellings: readonly Telling[]; readonly since: Timestamp } | undefined
}

/** One step of the pipeline. */
export interface Stage {
  readonly name: StageName
  run(telling: Telling, signal: AbortSignal): Telling | Promise<Telling>
}

/** Begins to tell of a group. */
export function openTelling(group: AlertGroup, notice: Notice | undefined, at: Timestamp): Telling {
  const all = [...group.alerts.values()].map((held) => ({
    held,
    given: held.alert,
    alert: alertAt(held.alert, at),
  }))
  const owed = new Set(notice?.owed)
  const isOfInterest = ({ held, alert }: TellingAlert): boolean =>
    !group.leaving.has(held.fingerprint) || (alert.status === 'resolved' && owed.has(held.id))
  return {
    at,
    group,
    notice,
    owed,
    all,
    alerts: all.filter(isOfInterest),
    steps: [],
    end: undefined,
    reason: undefined,
    folded: undefined,
  }
}

/** Runs stages in order, until one ends the telling. */
export async function runStages(
  stages: readonly Stage[],
  telling: Telling,
  signal: AbortSignal,
): Promise<Telling> {
  let current = telling
  for (const stage of stages) {
    if (current.end !== undefined) break
    current = await stage.run(current, signal)
  }
  return current
}

/** The telling with one more record, and what else has changed. */
export function addStep(
  telling: Telling,
  step: Omit<StepRecord, 'at'>,
  change: Partial<Pick<Telling, 'alerts' | 'end' | 'reason' | 'folded'>> = {},
): Telling {
  return { ...telling, ...change, steps: [...telling.steps, { ...step, at: telling.at }] }
}
