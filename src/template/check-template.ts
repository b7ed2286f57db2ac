import { type Liquid, LiquidError, type Variable } from 'liquidjs'
import {
  ANOMALY_VARIABLES,
  fromLiquidName,
  NOTIFICATION_VARIABLES,
  VARIABLES,
  withLiquidNames,
} from './dollar-names.js'
import { findUnknownStep } from './check-path.js'
import { createEngine, LONGEST_TEMPLATE } from './engine.js'
import { findTraceNames } from './find-trace-names.js'
import { findGoSyntax } from './go-syntax.js'
import { toLiquidMessage } from './liquid-message.js'
import type { TemplateFault } from './template-fault.js'

/** What a kind of template may hold. */
interface Dialect {
  readonly engine: Liquid
  readonly variables: readonly string[]
}

const RULE: Dialect = { engine: createEngine({ links: {}, findAll: true }), variables: VARIABLES }
const ANOMALY: Dialect = { ...RULE, variables: ANOMALY_VARIABLES }
const NOTIFICATION: Dialect = {
  engine: createEngine({ links: {}, findAll: true, json: true }),
  variables: NOTIFICATION_VARIABLES,
}

export interface CheckTemplateOptions {
  /** Whether alerts of the rule tell what is unlike normal, so that there is a `$finding`; not so by default. */
  readonly hasFinding?: boolean
}

/** Everything that can be known to be wrong with a template of a label or annotation before it is rendered. */
export function checkTemplate(
  text: string,
  { hasFinding = false }: CheckTemplateOptions = {},
): readonly TemplateFault[] {
  return check(text, hasFinding ? ANOMALY : RULE)
}

/** Everything that can be known to be wrong with the template of a notification before it is rendered. */
export function checkNotificationTemplate(text: string): readonly TemplateFault[] {
  return check(text, NOTIFICATION)
}

function check(text: string, dialect: Dialect): readonly TemplateFault[] {
  if (text.length > LONGEST_TEMPLATE) {
    return [{ at: 0, problem: `a template of ${text.length} characters; the longest is ${LONGEST_TEMPLATE}` }]
  }
  const goSyntax = findGoSyntax(text)
  if (goSyntax.length > 0) return goSyntax
  const source = withLiquidNames(text)
  try {
    const unknown = findVariables(source, dialect).flatMap((variable) => checkName(variable, source, dialect))
    return dialect === NOTIFICATION
      ? unknown
      : [...unknown, ...checkPaths(source)].toSorted((a, b) => a.at - b.at)
  } catch (error) {
    return leaveOutEnds(unite(error).map((each) => toFault(each, source, dialect)))
  }
}

/** Where a template uses a label by name, as the steps of its path: `$labels.service.name` has two. */
export interface LabelUse {
  readonly path: readonly string[]
  readonly at: number
}

/** The labels that a template without faults uses by name. */
export function findLabelUses(text: string): readonly LabelUse[] {
  const source = withLiquidNames(text)
  return findVariables(source, RULE).flatMap(({ segments: [root, ...path], location }) => {
    const isLabel = typeof root === 'string' && fromLiquidName(root) === '$labels' && path.length > 0
    const isFixed = path.every((step) => typeof step === 'string')
    return isLabel && isFixed ? [{ path, at: toOffset(source, location) }] : []
  })
}

/** The names that the template itself does not give. */
function findVariables(source: string, { engine }: Dialect): readonly Variable[] {
  return Object.values(engine.analyzeSync(engine.parse(source)).globals).flat()
}

function checkName(
  { segments: [root], location }: Variable,
  source: string,
  { variables }: Dialect,
): readonly TemplateFault[] {
  const word = fromLiquidName(String(root))
  if (variables.includes(word)) return []
  return [
    {
      at: toOffset(source, location),
      problem: `no variable is called ${word}, only ${variables.join(', ')}`,
      unknown: { word, known: variables },
    },
  ]
}

/** Fields that no trace has come out empty, so that nobody would see the mistake before an alert does. */
function checkPaths(source: string): readonly TemplateFault[] {
  const templates = RULE.engine.parse(source)
  const traceNames = findTraceNames(templates)
  const variables = Object.values(RULE.engine.analyzeSync(templates).variables).flat()
  return variables.flatMap(({ segments, location }) => {
    const step = findUnknownStep(segments, traceNames)
    if (step === undefined) return []
    const { word, problem, known } = step
    const begin = toOffset(source, location)
    return [{ at: Math.max(begin, source.indexOf(word, begin + 1)), problem, unknown: { word, known } }]
  })
}

function toOffset(source: string, { row, col }: Variable['location']): number {
  const before = source.split('\n').slice(0, row - 1)
  return before.reduce((sum, line) => sum + line.length + 1, col - 1)
}

/** Liquid gathers the faults of a parse in one error. */
function unite(error: unknown): readonly unknown[] {
  if (error instanceof Error && 'errors' in error && Array.isArray(error.errors)) return error.errors
  return [error]
}

function toFault(error: unknown, source: string, dialect: Dialect): TemplateFault {
  const problem = toLiquidMessage(error)
  const begin = LiquidError.is(error) ? Math.min(error.token.begin, source.length) : 0
  const unknown = findUnknown(problem, dialect)
  // Liquid gives the place of the braces around it.
  const at = unknown === undefined ? begin : Math.max(begin, source.indexOf(unknown.word, begin))
  return { at, problem, unknown }
}

/** The end of a tag that is itself faulty is found to be too much. */
function leaveOutEnds(faults: readonly TemplateFault[]): readonly TemplateFault[] {
  const others = faults.filter(({ unknown }) => unknown === undefined || !/^(?:end|els)/.test(unknown.word))
  return others.length === 0 ? faults : others
}

const UNKNOWN_WORD = /^(?:undefined filter: |tag ")([^"]*)/

function findUnknown(problem: string, { engine }: Dialect): TemplateFault['unknown'] {
  const word = UNKNOWN_WORD.exec(problem)?.[1]
  if (word === undefined) return undefined
  return { word, known: Object.keys(problem.startsWith('tag') ? engine.tags : engine.filters) }
}
