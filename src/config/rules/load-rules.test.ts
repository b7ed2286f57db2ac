import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findRuleFiles } from './find-rule-files.js'
import { loadRules } from './load-rules.js'
import { matchesWildcard } from './wildcard.js'

const RULES = `groups: [{name: g, rules: [{alert: A, expr: '{ }'}]}]`

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracebell-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

const SHOP = {
  'rules/b.yaml': RULES,
  'rules/a.yml': RULES,
  'rules/a.test.yaml': '',
  'rules/notes.txt': '',
  'rules/.hidden.yaml': '',
  'rules/deep/er/c.yaml': RULES,
  'other/d.yaml': RULES,
}

describe('findRuleFiles', () => {
  it.each([
    ['rules', ['rules/a.yml', 'rules/b.yaml']],
    ['rules/*.yaml', ['rules/b.yaml']],
    ['rules/*.y*ml', ['rules/a.yml', 'rules/b.yaml']],
    ['rules/?.yaml', ['rules/b.yaml']],
    ['*/*.yaml', ['other/d.yaml', 'rules/b.yaml']],
    ['**/*.yaml', ['other/d.yaml', 'rules/b.yaml', 'rules/deep/er/c.yaml']],
    ['rules/**/c.yaml', ['rules/deep/er/c.yaml']],
    ['./rules//*.yaml', ['rules/b.yaml']],
    ['rules/b.yaml', ['rules/b.yaml']],
    ['missing.yaml', ['missing.yaml']],
    ['rules/*.json', []],
    ['missing/*', []],
    ['rules/.*.yaml', ['rules/.hidden.yaml']],
  ])('finds for %j %j', (pattern, files) => {
    expect(findRuleFiles(pattern, folderOf(SHOP)).files).toEqual(files)
  })

  it('leaves out tests, however they are named', () => {
    const folder = folderOf(SHOP)
    for (const pattern of ['rules', 'rules/*', 'rules/a.test.yaml']) {
      expect(findRuleFiles(pattern, folder)).toMatchObject({ tests: ['rules/a.test.yaml'] })
    }
  })

  it('takes paths from the root, and follows links as a mounted ConfigMap has them', () => {
    const folder = folderOf({ '..data/x.yaml': RULES })
    symlinkSync('..data/x.yaml', join(folder, 'x.yaml'))
    expect(findRuleFiles(join(folder, '*.yaml'), '/').files).toEqual([join(folder, 'x.yaml')])
    expect(findRuleFiles(folder, '/').files).toEqual([join(folder, 'x.yaml')])
  })
})

describe('matchesWildcard', () => {
  it.each([
    ['*', 'abc', true],
    ['*', '', true],
    ['a*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*c', 'ab', false],
    ['*.yaml', 'a.yaml', true],
    ['*.yaml', '.yaml', false],
    ['?', 'ab', false],
    ['a?c', 'abc', true],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['[a]', 'a', false],
  ])('%j and %j: %j', (pattern, name, matches) => {
    expect(matchesWildcard(pattern, name)).toBe(matches)
  })

  it('agrees with a regular expression', () => {
    const word = fc.stringMatching(/^[ab]{0,6}$/)
    const pattern = fc.stringMatching(/^[ab*?]{0,6}$/)
    fc.assert(
      fc.property(pattern, word, (text, name) => {
        const expression = new RegExp(`^${text.replaceAll('*', '.*').replaceAll('?', '.')}$`)
        expect(matchesWildcard(text, name)).toBe(expression.test(name))
      }),
    )
  })

  it('takes many stars without much work', () => {
    expect(matchesWildcard(`${'*a'.repeat(60)}b`, 'a'.repeat(255))).toBe(false)
  })
})

describe('loadRules', () => {
  it('reads every file once, and says which patterns match none', () => {
    const options = { folder: folderOf(SHOP), intervalMs: 30_000 }
    const loaded = loadRules(['rules', 'rules/*.yaml', 'nothing/*.yaml'], options)
    expect(loaded.files.map(({ file }) => file)).toEqual(['rules/a.yml', 'rules/b.yaml'])
    expect(loaded.groups.map(({ file, name }) => [file, name])).toEqual([
      ['rules/a.yml', 'g'],
      ['rules/b.yaml', 'g'],
    ])
    expect(loaded).toMatchObject({ faults: [], unmatched: ['nothing/*.yaml'], tests: ['rules/a.test.yaml'] })
  })

  it('keeps the rules of the other files where one has faults', () => {
    const loaded = loadRules(['.'], {
      folder: folderOf({ 'a.yaml': RULES, 'b.yaml': 'groups: 5' }),
      intervalMs: 1,
    })
    expect(loaded.groups).toHaveLength(1)
    expect(loaded.faults).toMatchObject([{ file: 'b.yaml', line: 1, column: 9 }])
  })

  it.each([
    ['missing.yaml', 'no such file'],
    ['bytes.yaml', 'found bytes that are no UTF-8'],
    ['folder.yaml/', ''],
  ])('says of %s why it cannot be read', (name, problem) => {
    const folder = folderOf({ 'bytes.yaml': Uint8Array.of(0xff, 0xfe, 0x00), 'folder.yaml/x.txt': '' })
    const told = loadRules([name], { folder, intervalMs: 1 }).faults.map((fault) => fault.problem)
    expect(told.join()).toContain(problem)
    expect(told).toHaveLength(problem === '' ? 0 : 1)
  })
})
