import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadGroups, type RulesOptions } from './load-groups.js'

function makeFolder(settings: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracebell-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'rules'))
  writeFileSync(join(folder, 'rules', 'a.yaml'), "groups: [{name: a, rules: [{alert: A, expr: '{ }'}]}]")
  writeFileSync(join(folder, 'tracebell.yaml'), settings)
  return folder
}

const SETTINGS = 'rule_files: [rules/*.yaml]\nevaluation_interval: 45s\n'

function load(settings: string, options: Partial<RulesOptions> = {}) {
  const folder = makeFolder(settings)
  const config = join(folder, 'tracebell.yaml')
  const rules = options.rules?.map((name) => join(folder, name))
  const groups = loadGroups({ config, variables: '', ...options, ...(rules && { rules }) })
  return groups.map(({ name, intervalMs }) => [name, intervalMs])
}

describe('the rules of a rehearsal', () => {
  it.each<[string, Partial<RulesOptions>, number]>([
    ['those of the settings, at their interval', {}, 45_000],
    ['those of the settings, at another interval', { interval: '2m' }, 120_000],
    ['those that are named', { rules: ['rules'] }, 30_000],
    ['those that are named, at another interval', { rules: ['rules'], interval: '10s' }, 10_000],
  ])('are %s', (_which, options, intervalMs) => {
    expect(load(SETTINGS, options)).toEqual([['a', intervalMs]])
  })

  it.each<[string, string, Partial<RulesOptions>]>([
    ['names none in rule_files', '{}', {}],
    ['--rules: found no file for "none.yaml"', 'rule_files: [none*.yaml]', {}],
    ['unknown key', 'rule_file: [a]', {}],
    ['--interval: found "0s", expected a duration above 0', SETTINGS, { interval: '0s' }],
    ['--interval: found "soon", expected a duration such as', SETTINGS, { interval: 'soon' }],
  ])('are refused with %j', (problem, settings, options) => {
    const told = problem.replace('none.yaml', 'none*.yaml')
    expect(() => load(settings, options)).toThrow(told)
  })
})
