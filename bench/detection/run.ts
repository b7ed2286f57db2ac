/**
 * `npm run bench:detection -- [--source practice|simulated] [--json]`: what is found of faults that are known, and what is
 * told of where nothing is wrong, by the rule that runs without any configuration and by two plain ones beside it.
 *
 * The practice sets are folders with traces.otlp.jsonl.gz, labels.json and perhaps arrival.txt.gz, in the folder that
 * `--practice` or TRACEBELL_PRACTICE_SETS names. The simulated ones are made as they are needed: `--seeds 1,2,3,4,5,6`,
 * `--hours 2`, `--spans-per-second 40`, `--faults none` or `--faults slow_db,n_plus_one`. `--scorer`, or TRACEBELL_SCORER,
 * names a Python script that scores the same alerts independently. `--detectors` picks some.
 */
import { parseArgs } from 'node:util'
import type { AlertLine } from './alert-line.js'
import { findSets, withSimulatedSets, type DetectionSet } from './detection-set.js'
import { scoreElsewhere } from './external-scorer.js'
import { readLabels } from './labels.js'
import { scoreAlerts, type SetScore } from './score.js'
import { runDefaultPack, runStaticThresholds } from './run-rules.js'
import { summarize } from './summary.js'
import { formatFalse, formatKinds, formatOverview, type Summaries } from './table.js'
import { runZScore } from './z-score.js'
import { parseFaultTypes } from '../../test/anomaly/simulated-system/write-simulation.js'

const DETECTORS: Readonly<Record<string, (set: DetectionSet) => Promise<readonly AlertLine[]>>> = {
  'default pack': runDefaultPack,
  'static thresholds': runStaticThresholds,
  'z-score': runZScore,
}

const { values } = parseArgs({
  options: {
    source: { type: 'string' },
    practice: { type: 'string', default: process.env['TRACEBELL_PRACTICE_SETS'] ?? '' },
    scorer: { type: 'string', default: process.env['TRACEBELL_SCORER'] ?? '' },
    detectors: { type: 'string', default: Object.keys(DETECTORS).join(',') },
    seeds: { type: 'string', default: '1,2,3,4,5,6' },
    hours: { type: 'string', default: '2' },
    faults: { type: 'string', default: 'all' },
    'spans-per-second': { type: 'string', default: '40' },
    json: { type: 'boolean', default: false },
  },
})

const SOURCES = ['practice', 'simulated']
const detectors = values.detectors.split(',')
/** By group of sets, then by detector. */
const scores = new Map<string, Map<string, SetScore[]>>()

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

async function judge(group: string, set: DetectionSet): Promise<void> {
  const labels = await readLabels(set.labels)
  const ofGroup = scores.get(group) ?? new Map<string, SetScore[]>()
  scores.set(group, ofGroup)
  for (const name of detectors) {
    const detect = DETECTORS[name]
    if (detect === undefined)
      throw new Error(`--detectors: there is no ${name}: ${Object.keys(DETECTORS).join(', ')}`)
    const alerts = await detect(set)
    ofGroup.set(name, [...(ofGroup.get(name) ?? []), scoreAlerts(alerts, labels)])
    say(`${set.name}, ${name}: ${alerts.length} alerts`)
    if (values.scorer !== '') say(await scoreElsewhere(values.scorer, alerts, set.labels))
  }
}

async function judgeAll(): Promise<void> {
  const { source, practice } = values
  if (source !== undefined && !SOURCES.includes(source))
    throw new Error(`--source: found ${source}, expected ${SOURCES.join(' or ')}`)
  if (source === 'practice' && practice === '')
    throw new Error('--practice: expected the folder of the practice sets')
  if (source !== 'simulated' && practice !== '') {
    for (const set of await findSets(practice)) await judge(set.name, set)
  }
  if (source === 'practice') return
  const seeds = values.seeds.split(',').map(Number)
  const hours = Number(values.hours)
  const spansPerSecond = Number(values['spans-per-second'])
  const faultTypes = parseFaultTypes(values.faults)
  await withSimulatedSets({ seeds, hours, spansPerSecond, faultTypes }, (set) => judge('simulated', set))
}

function print(group: string, summaries: Summaries): void {
  console.log(`\n## ${group}\n\n${formatOverview(summaries)}\n\n${formatKinds(summaries)}\n`)
  for (const [name, summary] of summaries) console.log(`False incidents of ${name}: ${formatFalse(summary)}.`)
}

await judgeAll()
const results = [...scores].map(([group, ofGroup]) => {
  const summaries = [...ofGroup].map(([name, each]) => [name, summarize(each)] as const)
  return [group, new Map(summaries)] as const
})
if (values.json) {
  const plain = results.map(([group, summaries]) => [group, Object.fromEntries(summaries)])
  console.log(JSON.stringify(Object.fromEntries(plain), undefined, 2))
} else for (const [group, summaries] of results) print(group, summaries)
