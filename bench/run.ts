/**
 * `npm run bench`: the embedded window beside real peers, each benchmark both in one run. Prints JSON on standard
 * output and progress on standard error. Ends with 0 where all aims were met, 1 where one was missed, 3 where a
 * benchmark could not be judged (a peer is absent, the machine is too small, a quick run), 2 for a bad command line.
 */
import type { Benchmark, BenchContext } from './benchmark.js'
import { compileAll } from './compiled.js'
import { pinThisProcess } from './cores.js'
import { ingestOver } from './ingest.js'
import { judge, type Result, type Verdict } from './judge.js'
import { describeMachine } from './machine.js'
import { searchOver } from './search.js'
import { memoryOfSpans } from './memory.js'
import { parseOptions, USAGE, type Options } from './options.js'

const BENCHMARKS: readonly Benchmark[] = [
  ingestOver('http'),
  ingestOver('grpc'),
  searchOver({ traces: 10_000, rounds: 10 }),
  searchOver({ traces: 100_000, rounds: 3 }),
  memoryOfSpans,
]

const EXIT_CODES: Readonly<Record<Verdict, number>> = { met: 0, missed: 1, incomplete: 3 }
const BAD_USAGE = 2

function readOptions(): Options | undefined {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nusage: ${USAGE}`)
    return undefined
  }
}

async function runAll({ groups, quick, profiles }: Options): Promise<number> {
  const startedAt = performance.now()
  const say = (text: string): void =>
    console.error(`${String(Math.round((performance.now() - startedAt) / 1000)).padStart(5)} s  ${text}`)
  const context: BenchContext = { quick, profiles, say }
  const machine = describeMachine()
  say('compiling')
  compileAll()
  pinThisProcess()
  const results: Result[] = []
  for (const benchmark of BENCHMARKS.filter(({ group }) => groups.includes(group))) {
    const judged = await judge(benchmark, context)
    for (const result of judged) say(tell(result))
    results.push(...judged)
  }
  const verdict = worst(results)
  console.log(JSON.stringify({ bench: 'tracebell', machine, quick, verdict, results }, undefined, 2))
  return EXIT_CODES[verdict]
}

function tell({ name, verdict, reason, figures }: Result): string {
  return [`${name}: ${verdict}`, figures && `ratio ${figures.ratio}`, reason].filter(Boolean).join(', ')
}

/** A run in which something was not judged did not miss its aims, and did not meet them either. */
function worst(results: readonly Result[]): Verdict {
  const has = (verdict: Verdict): boolean => results.some((result) => result.verdict === verdict)
  if (has('incomplete')) return 'incomplete'
  return has('missed') ? 'missed' : 'met'
}

const options = readOptions()
process.exitCode = options === undefined ? BAD_USAGE : await runAll(options)
