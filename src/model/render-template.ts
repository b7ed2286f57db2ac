import type { Finding } from './finding.js'
import type { LabelSet } from './label-set.js'
import type { TraceMatch } from './trace-match.js'

/** What a template of a rule may show of an alert. */
export interface TemplateFacts {
  /** Those of the sample: without the alert's name and the labels of the rule. */
  readonly labels: LabelSet
  readonly value: number
  /** A few traces, the newest first. */
  readonly traces: readonly TraceMatch[]
  /** Of a rule that tells what is unlike normal: what was found. */
  readonly finding?: Finding | undefined
}

/** Fills in a template of a label or an annotation. Throws where it cannot. */
export type RenderTemplate = (template: string, facts: TemplateFacts) => string
