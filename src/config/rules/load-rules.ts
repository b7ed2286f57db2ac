import { resolve } from 'node:path'
import type { RuleGroup } from '../../model/alerting-rule.js'
import type { FileFault } from '../yaml/file-fault.js'
import { readTextFile } from '../yaml/read-text-file.js'
import type { RuleDefaults } from './build-group.js'
import { findRuleFiles } from './find-rule-files.js'
import { parseRuleFile, type RuleFile } from './parse-rule-file.js'

/** Everything that some patterns stand for, read. */
export interface LoadedRules {
  readonly files: readonly RuleFile[]
  /** Those of the files without faults. */
  readonly groups: readonly RuleGroup[]
  readonly faults: readonly FileFault[]
  /** Files in which nothing stands. */
  readonly empty: readonly string[]
  /** Patterns that no file matches. */
  readonly unmatched: readonly string[]
  /** Files of unit tests, which were left out. */
  readonly tests: readonly string[]
}

export interface LoadOptions extends RuleDefaults {
  /** Where paths begin that are not absolute. */
  readonly folder: string
}

const MOST_FILES = 1000

/** Reads the rules of files, folders and patterns. Never throws over what it finds. */
export function loadRules(patterns: readonly string[], options: LoadOptions): LoadedRules {
  const found = patterns.map((pattern) => findRuleFiles(pattern, options.folder))
  const names = unique(
    found.flatMap(({ files }) => files),
    options.folder,
  )
  const files = names.slice(0, MOST_FILES).map((name) => loadFile(name, options))
  return {
    files,
    groups: files.flatMap(({ groups }) => groups),
    empty: files.flatMap(({ file, isEmpty }) => (isEmpty ? [file] : [])),
    faults: [...files.flatMap(({ faults }) => faults), ...tooMany(names)],
    unmatched: found
      .filter(({ files: matched, tests }) => matched.length + tests.length === 0)
      .map(({ pattern }) => pattern),
    tests: unique(
      found.flatMap(({ tests }) => tests),
      options.folder,
    ),
  }
}

/** A file that several patterns match is read once. */
function unique(names: readonly string[], folder: string): readonly string[] {
  return [...new Map(names.map((name) => [resolve(folder, name), name])).values()]
}

function loadFile(name: string, options: LoadOptions): RuleFile {
  const read = readTextFile(resolve(options.folder, name))
  if ('text' in read) return parseRuleFile(name, read.text, options)
  const fault = { file: name, line: 1, column: 1, key: '', problem: read.problem }
  return { file: name, groups: [], faults: [fault], isEmpty: false, placeOf: (rule) => rule.place }
}

function tooMany(names: readonly string[]): readonly FileFault[] {
  const [first] = names.slice(MOST_FILES)
  if (first === undefined) return []
  const problem = `found ${names.length} files of rules, expected at most ${MOST_FILES}`
  return [{ file: first, line: 1, column: 1, key: '', problem }]
}
