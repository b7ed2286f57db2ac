import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { FIXTURES } from './cases.js'
import { runOverHttp } from './http.js'
import { KNOWN_DIFFERENCES } from './known-differences.js'
import { runSuite, SUITES, type Judged } from './suites.js'

/**
 * `npm run test:conformance [-- --cases DIR] [--only TEXT] [--failures]`: puts every case of a folder to the library and
 * to the Tempo-compatible API, and prints how many passed, feature by feature. Cases with a quirk, and those where we
 * differ by choice, are counted apart. Ends with 1 if another case failed.
 */
const { values: options } = parseArgs({
  options: { cases: { type: 'string' }, only: { type: 'string' }, failures: { type: 'boolean' } },
})
const folder = options.cases === undefined ? FIXTURES : pathToFileURL(`${resolve(options.cases)}/`)
let passed = 0
let failed = 0

for (const suite of SUITES) report(`library, ${suite}`, runSuite(suite, folder))
for (const suite of ['eval', 'metrics'] as const)
  report(`HTTP API, ${suite}`, await runOverHttp(suite, folder))

console.log(`\n${passed} passed, ${failed} failed`)
if (failed > 0 || passed === 0) process.exitCode = 1

function report(title: string, judged: readonly Judged[]): void {
  const cases = judged.filter(({ query }) => query.includes(options.only ?? ''))
  if (cases.length === 0) return
  const isApart = ({ id, quirk }: Judged): boolean => quirk !== undefined || KNOWN_DIFFERENCES.has(id)
  const plain = cases.filter((item) => !isApart(item))
  const apart = cases.filter(isApart)
  console.log(`\n${title}: ${count(plain)}; apart, ${count(apart)}`)
  printTable(plain, ({ features }) => features)
  printTable(apart, ({ id, quirk }) => [
    KNOWN_DIFFERENCES.has(id) ? 'differs by choice' : `quirk ${quirk ?? ''}`,
  ])
  const failures = plain.filter(({ verdict }) => !verdict.passed)
  passed += plain.length - failures.length
  failed += failures.length
  if (options.failures === true) cases.filter(({ verdict }) => !verdict.passed).forEach(printFailure)
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
  console.log(`  by choice: ${KNOWN_DIFFERENCES.get(id) ?? 'no'}`)
  console.log(`  expected ${verdict.expected.slice(0, LONGEST_SHOWN)}`)
  console.log(`  actual   ${verdict.actual.slice(0, LONGEST_SHOWN)}`)
}
