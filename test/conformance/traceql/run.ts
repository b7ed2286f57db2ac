import { KNOWN_DIFFERENCES } from './known-differences.js'
import type { Judged } from './suites.js'
import { runSuite, SUITES } from './suites.js'

/**
 * Runs every conformance case and prints how many passed, feature by feature; cases with a quirk are counted apart.
 * Ends with 1 if a case failed that is not among the known differences.
 *
 * `npx tsx test/conformance/traceql/run.ts [--failures] [text in the query]`
 */
const wanted = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? ''
const showsFailures = process.argv.includes('--failures')

for (const suite of SUITES) {
  const cases = runSuite(suite).filter(({ query }) => query.includes(wanted))
  const plain = cases.filter(({ quirk }) => quirk === undefined)
  const quirky = cases.filter(({ quirk }) => quirk !== undefined)
  console.log(`\n${suite}: ${count(plain)}; with a quirk ${count(quirky)}`)
  printTable(plain, ({ features }) => features)
  printTable(quirky, ({ quirk = '' }) => [`quirk ${quirk}`])
  const failures = cases.filter(({ verdict }) => !verdict.passed)
  if (failures.some(({ id }) => !KNOWN_DIFFERENCES.has(id))) process.exitCode = 1
  if (showsFailures) failures.forEach(printFailure)
}

function count(cases: readonly Judged[]): string {
  return `${cases.filter(({ verdict }) => verdict.passed).length} of ${cases.length} passed`
}

function printTable(cases: readonly Judged[], namesOf: (item: Judged) => readonly string[]): void {
  for (const name of new Set(cases.flatMap(namesOf))) {
    console.log(`  ${name.padEnd(36)} ${count(cases.filter((item) => namesOf(item).includes(name)))}`)
  }
}

const LONGEST_SHOWN = 600

function printFailure({ id, quirk, query, verdict }: Judged): void {
  console.log(`\n${id} ${quirk === undefined ? '' : `(${quirk}) `}${query}`)
  console.log(`  known: ${KNOWN_DIFFERENCES.get(id) ?? 'no'}`)
  console.log(`  expected ${verdict.expected.slice(0, LONGEST_SHOWN)}`)
  console.log(`  actual   ${verdict.actual.slice(0, LONGEST_SHOWN)}`)
}
