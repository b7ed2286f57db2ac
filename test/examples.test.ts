import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadRules } from '../src/config/rules/load-rules.js'
import { lintRules } from '../src/config/rules/lint/lint-rules.js'
import { readSettings } from '../src/config/settings/read-settings.js'

const FOLDER = join(import.meta.dirname, '../examples')
const loaded = loadRules(['rules/*.yaml'], { folder: FOLDER, intervalMs: 30_000 })

describe('the example rules', () => {
  it('have no faults, and nothing to warn of', () => {
    expect(loaded.faults).toEqual([])
    expect(lintRules(loaded.files, { sourceLagMs: 30_000, sampling: 'none' })).toEqual([])
  })

  it('show both kinds, each with something to tell people', () => {
    const rules = loaded.groups.flatMap((group) => group.rules)
    expect(rules.length).toBeGreaterThanOrEqual(6)
    expect(new Set(rules.map(({ kind }) => kind))).toEqual(new Set(['metric', 'match']))
    expect(rules.filter(({ annotations }) => annotations.size === 0)).toEqual([])
  })

  it('name their schema, for editors', () => {
    const files = readdirSync(join(FOLDER, 'rules')).map((file) =>
      readFileSync(join(FOLDER, 'rules', file), 'utf8'),
    )
    const named = /^# yaml-language-server: \$schema=\.\.\/\.\.\/schema\/rules\.schema\.json$/m
    expect(files.filter((text) => !named.test(text))).toEqual([])
  })
})

describe('the example settings', () => {
  it('can be used', () => {
    const { config, rules } = readSettings({ environment: {}, file: join(FOLDER, 'tracebell.yaml') })
    expect(config.mode).toBe('tempo')
    expect(loadRules(rules.patterns, rules).groups).toHaveLength(loaded.groups.length)
  })
})
