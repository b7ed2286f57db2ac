import type { Clock } from '../../model/clock.js'
import type { MeasureRules } from '../../model/rule-sample.js'
import { SourceError } from '../../model/source-error.js'
import { SECOND_MS, type Timestamp } from '../../model/time.js'
import type { RecordedEvaluation, RuleInGroup } from './explanation.js'
import { countNeeded, endsAll, LEAST_EVALUATIONS, MOST_EVALUATIONS } from './look-back.js'
import { showAll } from './show-all.js'

/** Evaluations that were measured one before the other. */
export interface MeasuredBack {
  /** In order of time. */
  readonly recorded: readonly RecordedEvaluation[]
  /** As `RuleHistory` has it. */
  readonly beginsQuiet: boolean
}

export interface MeasureBackOptions {
  /** The last evaluation. */
  readonly at: Timestamp
  readonly measure: MeasureRules
  readonly clock: Pick<Clock, 'now'>
  /** Nothing was before this moment, so that nothing can have fired. */
  readonly begins?: Timestamp | undefined
  /** Is told of every evaluation that was measured. */
  readonly onProgress?: ((evaluations: number) => void) | undefined
  readonly signal: AbortSignal
}

/** Who asks how long a rule fires already need not wait for long. */
const PATIENCE_MS = 5 * SECOND_MS

/**
 * Measures a rule at `at`, an interval before, and so on, until it is clear that no alert was there yet. It may also be
 * that none can matter any more: then it goes on, as far and as long as that is bearable, to see since when it fires. A
 * failure ends it too: what is before it would be asked in vain.
 */
export async function measureBack(about: RuleInGroup, options: MeasureBackOptions): Promise<MeasuredBack> {
  const { at, measure, clock, begins = 0, signal } = options
  const { rule, group } = about
  const [shown, needed, startedAt] = [showAll(rule), countNeeded(about), clock.now()]
  const recorded: RecordedEvaluation[] = []
  while (
    recorded.length < needed ||
    (recorded.length < MOST_EVALUATIONS && clock.now() - startedAt < PATIENCE_MS)
  ) {
    const moment = at - recorded.length * group.intervalMs
    if (moment <= begins && recorded.length > 0) return { recorded, beginsQuiet: true }
    const [measured = NOT_MEASURED] = await measure([shown], moment, signal)
    recorded.unshift({ at: moment, measured })
    options.onProgress?.(recorded.length)
    if (measured instanceof SourceError) break
    if (recorded.length >= LEAST_EVALUATIONS && beginsQuietly(about, recorded)) break
  }
  return { recorded, beginsQuiet: beginsQuietly(about, recorded) }
}

const NOT_MEASURED = new SourceError('the rule was not measured', { reason: 'failed' })

/** Whether the first evaluations alone end whatever was before them. */
function beginsQuietly({ rule, group }: RuleInGroup, recorded: readonly RecordedEvaluation[]): boolean {
  const count = 1 + Math.ceil(rule.keepFiringForMs / group.intervalMs)
  return recorded.length >= count && endsAll(rule, recorded.slice(0, count))
}
