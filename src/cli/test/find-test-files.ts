import { findRuleFiles } from '../../config/rules/find-rule-files.js'
import { InputError } from '../query/input-error.js'

/**
 * The files of tests that names stand for: a file is taken as it is, of a folder or a pattern all `*.test.yaml`. Throws an
 * `InputError` for those in which there is none.
 */
export function findTestFiles(names: readonly string[], folder: string): readonly string[] {
  const found = names.map((name) => {
    const { files, tests } = findRuleFiles(name, folder)
    return { name, files: files.includes(name) ? [name] : tests }
  })
  const empty = found.filter(({ files }) => files.length === 0)
  const problems = empty.map(({ name }) => `${name}: found no *.test.yaml in it, expected files of tests`)
  if (problems.length > 0) throw new InputError(problems.join('\n'))
  return [...new Set(found.flatMap(({ files }) => files))]
}
