import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findTestFiles } from './find-test-files.js'

function find(...names: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'tracebell-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const path of ['rules', 'rules/deep', 'empty']) mkdirSync(join(folder, path))
  for (const path of ['rules/a.yaml', 'rules/a.test.yaml', 'rules/deep/b.test.yml', 'mine.yaml'])
    writeFileSync(join(folder, path), '')
  return findTestFiles(names, folder)
}

describe('files of tests', () => {
  it.each([
    [['rules'], ['rules/a.test.yaml']],
    [['rules/*.yaml'], ['rules/a.test.yaml']],
    [['rules/**/*.test.*'], ['rules/a.test.yaml', 'rules/deep/b.test.yml']],
    [['mine.yaml'], ['mine.yaml']],
    [['missing.test.yaml'], ['missing.test.yaml']],
    [['rules', 'rules/a.test.yaml'], ['rules/a.test.yaml']],
  ])('of %j are %j', (names, files) => {
    expect(find(...names)).toEqual(files)
  })

  it('are none of folders and patterns without any, each of which is named', () => {
    expect(() => find('empty', 'rules', 'no*.yaml')).toThrow(
      /^empty: found no \*\.test\.yaml in it.*\nno\*\.yaml: found no \*\.test\.yaml in it/,
    )
  })
})
