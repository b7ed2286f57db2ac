import type { ShownAlert, ShownGroup } from '../../dispatch/show-dispatch.js'
import type { Silences } from '../../dispatch/silences.js'
import type { Clock } from '../../model/clock.js'
import type { InhibitRule } from '../../model/inhibit-rule.js'
import type { LabelSet } from '../../model/label-set.js'
import type { Matcher } from '../../model/matcher.js'
import type { Route } from '../../model/route.js'
import type { TimeInterval } from '../../model/time-interval.js'
import type { Timestamp } from '../../model/time.js'

/** The silences, and what people do about them. */
export type SilenceBook = Pick<Silences, 'list' | 'get' | 'set' | 'expire'>

/** What decides who hears of alerts. */
export interface ShownDispatch {
  readonly route: Route
  readonly inhibitRules: readonly InhibitRule[]
  readonly timeIntervals: readonly TimeInterval[]
  /** The names of all receivers. */
  readonly receivers: readonly string[]
}

/** Whether labels meet matchers. */
export type CompileMatchers = (matchers: readonly Matcher[]) => (labels: LabelSet) => boolean

export interface AlertmanagerApiOptions {
  readonly alerts: () => readonly ShownAlert[]
  readonly groups: () => readonly ShownGroup[]
  readonly silences: SilenceBook
  readonly dispatch: () => ShownDispatch
  /** In time linear in the labels. It may throw for matchers in which a fault is found. */
  readonly compileMatchers: CompileMatchers
  /** What is wrong with the regular expression of a matcher; undefined where nothing is. */
  readonly findMatcherFault: (matcher: Matcher) => string | undefined
  /** About how many instructions the regular expression of a matcher has; 0 where it has none. It must be quick. */
  readonly matcherSize: (matcher: Matcher) => number
  readonly clock: Pick<Clock, 'now'>
  /** When tracebell was started. */
  readonly startedAt: Timestamp
  /** Our own. */
  readonly version: string
}
