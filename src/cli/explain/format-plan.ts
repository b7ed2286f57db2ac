import { SourceError } from '../../model/source-error.js'
import type { Explanation } from '../../replay/explain/explanation.js'
import { printable } from '../query/printable.js'
import { section, wrap } from './section.js'

type PlannedQuery = Exclude<Explanation['plan'], Error>[number]

const NOTHING = '(every trace)'
const WHERE_WIDTH = 'source'.length
const INDENT = `1. ${''.padEnd(WHERE_WIDTH)}  `.length

/** What runs where, and why. */
export function formatPlan({ plan, source }: Pick<Explanation, 'plan' | 'source'>): string {
  const title = `PLAN  ${source}`
  if (plan instanceof SourceError) return section(title, wrap(`there is none: ${plan.message}`))
  return section(
    title,
    plan.flatMap((query, index) => formatQuery(query, index + 1)),
  )
}

function formatQuery({ text, runs, why }: PlannedQuery, number: number): readonly string[] {
  const pad = ' '.repeat(INDENT)
  const [first = '', ...others] = (text.trim() || NOTHING).split('\n').map(printable)
  const [begin = '', ...rest] = wrap(why, INDENT)
  return [
    `${number}. ${runs.padEnd(WHERE_WIDTH)}  ${first}`,
    ...others.map((line) => `${pad}${line}`),
    `${pad}${begin}`,
    ...rest,
  ]
}
