/**
 * `npm run campaign:prove`: shows that the campaign finds what it is for. A few daemons with a store that is broken on
 * purpose, one way after the other, must be found to lose something or to repeat it under another key; the sound store,
 * killed at the same steps, must not. The last line of standard output is JSON; ends with 1 where that was not so.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCampaign } from './campaign.js'
import { compileInto } from './compile.js'
import { FAULTS } from './faults.js'

const KILLS = 3
const SEED = 3
/** What is lost never comes: as long as an alert takes to end, and more. */
const QUIET_MS = 8000
/** Every daemon is to reach its step. */
const LONGEST_LIFE_MS = 15_000
const AT_ONCE = 3
const SOUND = 'none'

interface Found {
  readonly fault: string
  readonly lost: number
  readonly repeatsWithoutKey: number
  /** Of the kills, how many were at a step that was asked for; the others were too late for it. */
  readonly reached: number
  readonly asExpected: boolean
  readonly examples: readonly string[]
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const begunAt = performance.now()
const place = mkdtempSync(join(tmpdir(), 'tracebell-campaign-'))
process.once('exit', () => rmSync(place, { recursive: true, force: true }))
compileInto(join(place, 'code'))
const names = [SOUND, ...Object.keys(FAULTS)]
const found: Found[] = []
await Promise.all(Array.from({ length: AT_ONCE }, work))
console.log(
  JSON.stringify({
    campaign: 'prove',
    kills: KILLS,
    found: found.toSorted((a, b) => (a.fault < b.fault ? -1 : 1)),
    seconds: Math.round((performance.now() - begunAt) / 1000),
  }),
)
process.exitCode = found.every(({ asExpected }) => asExpected) ? 0 : 1

async function work(): Promise<void> {
  for (let name = names.shift(); name !== undefined; name = names.shift()) found.push(await tryFault(name))
}

async function tryFault(name: string): Promise<Found> {
  const fault = FAULTS[name]
  const outcome = await runCampaign(
    {
      kills: KILLS,
      seed: SEED,
      folder: undefined,
      plans: fault === undefined ? Object.values(FAULTS).map(({ plan }) => plan) : [fault.plan],
      fault: fault && name,
      longestLifeMs: LONGEST_LIFE_MS,
      quietMs: fault && QUIET_MS,
    },
    { folder: join(place, name), code: join(place, 'code') },
  )
  const counts = { lost: outcome.lost.length, repeatsWithoutKey: outcome.repeatsWithoutKey.length }
  const asExpected =
    fault === undefined ? counts.lost + counts.repeatsWithoutKey === 0 : counts[fault.finds] > 0
  const reached = outcome.kills.filter((kill) => kill.reached).length
  const examples = [...outcome.lost, ...outcome.repeatsWithoutKey].slice(0, 2)
  return { fault: name, ...counts, reached, asExpected, examples }
}
