import type { AlertingRule, RuleGroup } from '../../../model/alerting-rule.js'
import type { CheckedQuery } from '../../../traceql/index.js'
import type { KeyPath } from '../../yaml/key-path.js'
import type { SourceReach } from '../find-beyond-reach.js'

/** What is known of the source that the rules ask; what is not known is not looked at. */
export interface LintOptions {
  /** How far behind the present its answers are. */
  readonly sourceLagMs?: number | undefined
  /** How far back it knows anything. */
  readonly reach?: SourceReach | undefined
  /** Whether it is a Tempo, which is asked, and no source that holds the spans itself. */
  readonly isAsked?: boolean | undefined
  /** Whether its spans are all there are, or were chosen when a trace began, or when it had ended. */
  readonly sampling?: 'none' | 'head' | 'tail' | undefined
}

export interface LintedRule {
  readonly rule: AlertingRule
  readonly group: RuleGroup
  readonly query: CheckedQuery
  readonly options: LintOptions
}

/** Something that is allowed, and most likely not meant. */
export interface Finding {
  /** The key of the rule that it is about. */
  readonly path: KeyPath
  readonly problem: string
}

/** Looks at one rule for one thing. */
export type Lint = (linted: LintedRule) => readonly Finding[]
