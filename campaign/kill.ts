/**
 * `npm run campaign:kill -- --kills N [--seed S] [--folder DIR] --json`: kills a daemon again and again, and judges by the
 * record of its receiver whether anything was lost. The last line of standard output is JSON.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runCampaign, type CampaignOutcome } from './campaign.js'
import { compileInto } from './compile.js'
import { readOptions } from './options.js'

const MOST_SHOWN = 20

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const options = readOptions(process.argv.slice(2))
const begunAt = performance.now()
const place = mkdtempSync(join(tmpdir(), 'tracebell-campaign-'))
process.once('exit', () => rmSync(place, { recursive: true, force: true }))
compileInto(join(place, 'code'))
const folder = resolve(options.folder ?? join(place, 'state'))
const outcome = await runCampaign(options, { folder, code: join(place, 'code') })
console.log(JSON.stringify(toFigures(outcome)))
process.exitCode = outcome.lost.length + outcome.repeatsWithoutKey.length > 0 ? 1 : 0

function toFigures({ kills, lost, repeatsWithoutKey, ...verdict }: CampaignOutcome): object {
  return {
    campaign: 'kill',
    seed: options.seed,
    kills: kills.length,
    ...verdict,
    lost: lost.length,
    repeatsWithoutKey: repeatsWithoutKey.length,
    examples: [...lost, ...repeatsWithoutKey].slice(0, MOST_SHOWN),
    steps: countSteps(kills),
    seconds: Math.round((performance.now() - begunAt) / 1000),
    msPerKill: Math.round(kills.reduce((sum, { ms }) => sum + ms, 0) / Math.max(1, kills.length)),
  }
}

/** How often each step was reached; the others were killed when their time was up. */
function countSteps(kills: CampaignOutcome['kills']): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { at, reached } of kills) {
    const name = reached ? at : 'not reached'
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
