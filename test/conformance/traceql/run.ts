import { loadEvalCases, loadMetricsCases, loadParseCases, TRACES } from './cases.js'
import { loadTraces } from './load-traces.js'
import type { Verdict } from './verdict.js'
import { judgeEval, judgeParse } from './verdict.js'
import { judgeMetrics } from './verdict-metrics.js'

/**
 * Runs every conformance case and prints how many passed, feature by feature. Cases with a quirk are counted apart.
 * `npx tsx test/conformance/traceql/run.ts [--failures] [text in the query]`
 */
interface Judged {
  readonly id: string
  readonly query: string
  readonly features: readonly string[]
  readonly quirk?: string | undefined
  readonly verdict: Verdict
}

const wanted = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? ''
const showsFailures = process.argv.includes('--failures')
const traces = loadTraces(TRACES)

const suites: Readonly<Record<string, readonly Judged[]>> = {
  parse: loadParseCases().map((item) => ({ ...item, verdict: judgeParse(item) })),
  eval: loadEvalCases().map((item) => ({ ...item, verdict: judgeEval(item, traces) })),
  metrics: loadMetricsCases().map((item) => ({ ...item, verdict: judgeMetrics(item, traces) })),
}

let failed = 0
for (const [suite, all] of Object.entries(suites)) {
  const cases = all.filter(({ query }) => query.includes(wanted))
  const plain = cases.filter(({ quirk }) => quirk === undefined)
  const quirky = cases.filter(({ quirk }) => quirk !== undefined)
  failed += plain.filter(({ verdict }) => !verdict.passed).length
  console.log(`\n${suite}: ${count(plain)}, with a quirk ${count(quirky)}`)
  printTable(plain, ({ features }) => features)
  printTable(quirky, ({ quirk = '' }) => [`quirk ${quirk}`])
  if (showsFailures) for (const item of cases) if (!item.verdict.passed) printFailure(item)
}
process.exitCode = failed === 0 ? 0 : 1

function count(cases: readonly Judged[]): string {
  return `${cases.filter(({ verdict }) => verdict.passed).length} of ${cases.length} passed`
}

function printTable(cases: readonly Judged[], namesOf: (item: Judged) => readonly string[]): void {
  const names = [...new Set(cases.flatMap(namesOf))]
  for (const name of names)
    console.log(`  ${name.padEnd(36)} ${count(cases.filter((item) => namesOf(item).includes(name)))}`)
}

function printFailure({ id, quirk, query, verdict }: Judged): void {
  console.log(`\n${id} ${quirk === undefined ? '' : `(${quirk}) `}${query}`)
  console.log(`  expected ${verdict.expected.slice(0, 600)}\n  actual   ${verdict.actual.slice(0, 600)}`)
}
