import { readdirSync, statSync, type Dirent, type Stats } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { hasWildcard, matchesWildcard } from './wildcard.js'

/** The files that a pattern stands for. */
export interface FoundFiles {
  readonly pattern: string
  /** In order, each as the pattern writes it. */
  readonly files: readonly string[]
  /** Files of unit tests, which have no rules and are left out. */
  readonly tests: readonly string[]
}

const RULE_FILE = /\.ya?ml$/i
const TEST_FILE = /\.test\.ya?ml$/i
/** `**` goes no deeper, and no pattern looks at more folders. */
const DEEPEST = 16
const MOST_FOLDERS = 10_000

/**
 * Finds the files of a name, of a folder (all `.yaml` and `.yml` in it) or of a pattern with `*`, `?` and `**`. What is
 * not absolute begins in `folder`. A name without wildcards is given back even where there is no such file.
 */
export function findRuleFiles(pattern: string, folder: string): FoundFiles {
  const all = hasWildcard(pattern) ? findMatches(pattern, folder) : findNamed(pattern, folder)
  const isTest = (file: string): boolean => TEST_FILE.test(file)
  return { pattern, files: all.filter((file) => !isTest(file)), tests: all.filter(isTest) }
}

function findNamed(name: string, folder: string): readonly string[] {
  if (statOf(resolve(folder, name))?.isDirectory() !== true) return [name]
  return listFolder(resolve(folder, name))
    .filter((entry) => RULE_FILE.test(entry.name) && !entry.name.startsWith('.') && !entry.isDirectory())
    .map((entry) => join(name, entry.name))
}

function findMatches(pattern: string, folder: string): readonly string[] {
  const steps = pattern.split('/').filter((step, index) => step !== '' || index === 0)
  const [first = '', ...rest] = steps
  const walk = createWalk(folder)
  const found = isAbsolute(pattern) ? walk('/', rest, 0) : walk('', [first, ...rest], 0)
  return [...new Set(found)].sort()
}

type Walk = (at: string, steps: readonly string[], depth: number) => readonly string[]

function createWalk(folder: string): Walk {
  let folders = 0

  function walk(at: string, steps: readonly string[], depth: number): readonly string[] {
    const [step, ...rest] = steps
    if (step === undefined) return isFile(resolve(folder, at)) ? [at] : []
    if (step === '**') return [...walk(at, rest, depth), ...walkDeeper(at, steps, depth)]
    if (!hasWildcard(step)) return walk(join(at, step), rest, depth)
    return entriesOf(at)
      .filter(({ name }) => matchesWildcard(step, name))
      .flatMap(({ name }) => walk(join(at, name), rest, depth))
  }

  function walkDeeper(at: string, steps: readonly string[], depth: number): readonly string[] {
    if (depth >= DEEPEST) return []
    return entriesOf(at)
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .flatMap(({ name }) => walk(join(at, name), steps, depth + 1))
  }

  function entriesOf(at: string): readonly Dirent[] {
    folders += 1
    return folders > MOST_FOLDERS ? [] : listFolder(resolve(folder, at))
  }

  return walk
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() === true
}

/** What cannot be looked at is not there. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** A folder that cannot be read has no files in it. */
function listFolder(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((left, right) => (left.name < right.name ? -1 : 1))
  } catch {
    return []
  }
}
