import type { Variable } from 'liquidjs'
import { fromLiquidName } from './dollar-names.js'
import { FINDING_FIELDS, FINDING_LISTS } from './finding-view.js'
import { TRACE_FIELDS } from './trace-view.js'

/** A step of a path that leads to nothing, whatever the alert is. */
export interface UnknownStep {
  readonly word: string
  readonly problem: string
  readonly known: readonly string[]
}

/** What of a list is no element of it. */
const LIST_FIELDS = ['first', 'last', 'size']

/**
 * The first step that leads to nothing, of a path that begins with `$traces`, `$value` or `$finding`, or with a name that
 * stands for a trace; undefined where there is none, or where only the alert will tell.
 */
export function findUnknownStep(
  path: Variable['segments'],
  traceNames: ReadonlySet<string>,
): UnknownStep | undefined {
  const [root, ...steps] = path
  const name = fromLiquidName(String(root))
  if (name === '$traces') return checkList(steps)
  if (name === '$value') return checkNumber(steps)
  if (name === '$finding') return checkFinding(steps)
  return traceNames.has(name) ? checkTrace(steps) : undefined
}

function checkList([step, ...rest]: Variable['segments']): UnknownStep | undefined {
  if (typeof step !== 'string' || /^\d+$/.test(step)) return step === undefined ? undefined : checkTrace(rest)
  if (step === 'first' || step === 'last') return checkTrace(rest)
  if (LIST_FIELDS.includes(step)) return undefined
  const instead = TRACE_FIELDS.includes(step) ? `; $traces.first.${step} is that of the newest` : ''
  const problem = `$traces is a list and has no ${step}, only [0], [1], …, ${LIST_FIELDS.join(', ')}${instead}`
  return { word: step, problem, known: LIST_FIELDS }
}

function checkTrace([field]: Variable['segments']): UnknownStep | undefined {
  if (typeof field !== 'string' || TRACE_FIELDS.includes(field)) return undefined
  const problem = `a trace has no ${field}, only ${TRACE_FIELDS.join(', ')}`
  return { word: field, problem, known: TRACE_FIELDS }
}

function checkFinding([field, step]: Variable['segments']): UnknownStep | undefined {
  if (typeof field !== 'string') return undefined
  if (!FINDING_FIELDS.includes(field)) {
    const problem = `a finding has no ${field}, only ${FINDING_FIELDS.join(', ')}`
    return { word: field, problem, known: FINDING_FIELDS }
  }
  if (typeof step !== 'string' || /^\d+$/.test(step)) return undefined
  if (step === 'size') return undefined
  if (!FINDING_LISTS.includes(field))
    return { word: step, problem: `$finding.${field} is a text and has no ${step}`, known: [] }
  if (LIST_FIELDS.includes(step)) return undefined
  const problem = `$finding.${field} is a list and has no ${step}, only [0], [1], …, ${LIST_FIELDS.join(', ')}`
  return { word: step, problem, known: LIST_FIELDS }
}

function checkNumber([step]: Variable['segments']): UnknownStep | undefined {
  if (typeof step !== 'string') return undefined
  return { word: step, problem: `$value is a number and has no ${step}`, known: [] }
}
