import { parseArgs } from 'node:util'
import type { PlannedKill } from './plan-kill.js'

export interface CampaignOptions {
  readonly kills: number
  readonly seed: number
  /** Where its state is, and is found again; a new folder that is removed by default. */
  readonly folder: string | undefined
  /** How daemons die, in turn; at all steps, and at random, by default. */
  readonly plans?: readonly PlannedKill[] | undefined
  /** A step that is not reached within so long is given up, and the daemon killed there and then. */
  readonly longestLifeMs?: number | undefined
  /** In which way the store is broken; not at all by default. */
  readonly fault?: string | undefined
  /** After the last kill what is missing is given up once nothing more was told for so long; by default it is not. */
  readonly quietMs?: number | undefined
}

export const USAGE = 'npm run campaign:kill -- [--kills N] [--seed S] [--folder DIR] [--json]'
const MOST_KILLS = 1_000_000

/** Throws where the command line asks for what there is not. */
export function readOptions(args: readonly string[]): CampaignOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      folder: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const [kills, seed] = [Number(values.kills), Number(values.seed)]
  if (!Number.isSafeInteger(kills) || kills < 1 || kills > MOST_KILLS)
    throw new Error(`--kills: expected a whole number from 1 to ${MOST_KILLS}, found ${values.kills}`)
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed: expected a whole number, found ${values.seed}`)
  return { kills, seed, folder: values.folder }
}
