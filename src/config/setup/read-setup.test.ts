import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestLogger } from '../../../test/test-logger.js'
import { readSetup, requireSetup } from './read-setup.js'
import { tellOfRules } from './tell-of-rules.js'

function write(settings: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracebell-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'a.yaml'), `groups: [{name: g, rules: [{alert: A, expr: '{ }'}]}]`)
  writeFileSync(join(folder, 'tracebell.yaml'), settings)
  return join(folder, 'tracebell.yaml')
}

const groupsOf = (file: string | undefined, environment: Readonly<Record<string, string>> = {}) =>
  requireSetup({ environment, file }).rules?.groups.map(({ name }) => name)

describe('a setup', () => {
  it('has rules on what is unlike normal only where somebody asks for them', () => {
    expect(groupsOf(undefined)).toBeUndefined()
    expect(groupsOf(write('{}'))).toBeUndefined()
    expect(groupsOf(write('rule_files: [a.yaml]'))).toEqual(['g'])
    expect(groupsOf(write('anomaly_defaults: false'))).toBeUndefined()
  })

  it('has them beside those of files, or alone', () => {
    expect(groupsOf(write('{rule_files: [a.yaml], anomaly_defaults: true}'))).toEqual(['g', 'anomalies'])
    expect(groupsOf(write('anomaly_defaults: true'))).toEqual(['anomalies'])
    expect(groupsOf(undefined, { TRACEBELL_ANOMALY_DEFAULTS: 'true' })).toEqual(['anomalies'])
  })

  it('takes the word of the environment before that of the file', () => {
    const file = write('anomaly_defaults: true')
    expect(groupsOf(file, { TRACEBELL_ANOMALY_DEFAULTS: 'false' })).toBeUndefined()
  })

  it('says what is wrong with it', () => {
    const { faults } = readSetup({ environment: {}, file: write('anomaly_defaults: perhaps') })
    expect(faults).toMatchObject([{ expected: expect.stringContaining('true or false') }])
  })

  it('tells where rules come from that stand in no file', () => {
    const logger = createTestLogger()
    const { rules } = requireSetup({ environment: { TRACEBELL_ANOMALY_DEFAULTS: 'true' }, file: undefined })
    if (rules === undefined) throw new Error('no rules')
    tellOfRules(rules, logger)
    expect(logger.lines).toEqual([['info', 'Rules were loaded', { rules: 1, groups: 1, from: 'built-in' }]])
  })
})
