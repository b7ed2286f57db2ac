import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const KILLS = 38

describe('npm run campaign:kill', () => {
  it('finds nothing lost, and no repeat without its key, at each step and at random', async () => {
    const args = ['--import', 'tsx', 'campaign/kill.ts', '--kills', String(KILLS), '--seed', '7', '--json']
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT })
    const figures: unknown = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    expect(figures).toMatchObject({ kills: KILLS, lost: 0, repeatsWithoutKey: 0, examples: [], open: 0 })
    const { transitions, delivered, steps } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    expect(transitions).toBeGreaterThan(KILLS)
    expect(delivered).toBe(transitions)
    expect(Object.keys(steps).length).toBeGreaterThan(12)
  }, 300_000)
})
