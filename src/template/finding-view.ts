import type { Finding, Signal } from '../model/finding.js'

/** What is unlike normal as templates see it, without a prototype. Its traces are `$traces`. */
export interface FindingView {
  readonly signal: Signal
  readonly service: string
  readonly operation: string
  readonly sentence: string
  /** The services that may be to blame, the likeliest first. */
  readonly candidates: readonly string[]
  /** A sentence each, the most telling first. */
  readonly evidence: readonly string[]
}

/** The fields of a finding that are lists of texts. */
export const FINDING_LISTS: readonly string[] = [
  'candidates',
  'evidence',
] satisfies readonly (keyof FindingView)[]

/** What a template may read of a finding. */
export const FINDING_FIELDS: readonly string[] = [
  'signal',
  'service',
  'operation',
  'sentence',
  ...FINDING_LISTS,
] satisfies readonly string[]

export function toFindingView(finding: Finding): FindingView {
  const { signal, service, operation, sentence, candidates, evidence } = finding
  const view: FindingView = { signal, service, operation, sentence, candidates, evidence }
  // A finding that is printed as a whole is its sentence.
  return Object.assign(Object.create(null), view, { [Symbol.toPrimitive]: () => sentence })
}
