import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { chooseGroups } from './choose-groups.js'

function writeRules(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracebell-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'rules.yaml')
  writeFileSync(file, `groups: [{name: g, rules: [{alert: A, expr: '{ }'}]}]`)
  return file
}

const VARIABLES = { interval: '30s', variables: '/nowhere/.env' }
const FILE = { kind: 'file' } as const

describe('the rules of a backtest', () => {
  it('are those of files, those that need none, or both', () => {
    const rules = [writeRules()]
    const namesOf = (options: { readonly anomalyDefaults: boolean; readonly rules?: readonly string[] }) =>
      chooseGroups({ ...VARIABLES, ...options }, FILE).map(({ name }) => name)
    expect(namesOf({ rules, anomalyDefaults: false })).toEqual(['g'])
    expect(namesOf({ anomalyDefaults: true })).toEqual(['anomalies'])
    expect(namesOf({ rules, anomalyDefaults: true })).toEqual(['g', 'anomalies'])
  })

  it('need spans where they learn what is normal', () => {
    const choose = (): unknown => chooseGroups({ ...VARIABLES, anomalyDefaults: true }, { kind: 'tempo' })
    expect(choose).toThrow('--anomaly-defaults: --source is a Tempo')
  })
})
