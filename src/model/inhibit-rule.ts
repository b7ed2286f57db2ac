import type { Matcher } from './matcher.js'

/** While an alert fires that the source matches, those are muted that the target matches and that share its `equal` labels. */
export interface InhibitRule {
  readonly sourceMatchers: readonly Matcher[]
  readonly targetMatchers: readonly Matcher[]
  /** Labels of which both must have the same value; one that neither has is the same. */
  readonly equal: readonly string[]
}
