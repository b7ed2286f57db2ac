import type { Matcher } from './matcher.js'

/** Which alerts come together in one AlertGroup: those with the same values of these labels, or each alone (`...`). */
export type GroupBy = readonly string[] | 'all'

/** A node of the routing tree: who hears of the alerts that it matches, together with what, and how often. */
export interface Route {
  /** Who it is, as Alertmanager writes it: `{}/{severity="page"}`. Two siblings of one name are told apart by a number. */
  readonly key: string
  readonly receiver: string
  /** All of them must hold; the root has none. */
  readonly matchers: readonly Matcher[]
  /** Whether the siblings after it are asked too. */
  readonly continue: boolean
  readonly groupBy: GroupBy
  /** How long a new AlertGroup waits for more alerts. */
  readonly groupWaitMs: number
  /** How long an AlertGroup that was told waits before it tells of a change. */
  readonly groupIntervalMs: number
  /** How long before what has not changed is told again. */
  readonly repeatIntervalMs: number
  /** Names of time intervals in which nobody is told. Not inherited. */
  readonly muteTimeIntervals: readonly string[]
  /** Names of time intervals outside of which nobody is told; empty for always. Not inherited. */
  readonly activeTimeIntervals: readonly string[]
  readonly routes: readonly Route[]
}
