import { describeThrown } from './describe-thrown.js'

const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'no such file'],
  ['EISDIR', 'is a folder, expected a file'],
  ['EACCES', 'may not be read: permission denied'],
  ['EPERM', 'may not be read: permission denied'],
])

/** Why a file cannot be read, in words, after its name. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  if (code === undefined) return `cannot be read (${describeThrown(error)})`
  return WORDS.get(code) ?? `cannot be read (${code})`
}
