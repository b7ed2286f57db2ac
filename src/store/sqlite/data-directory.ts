import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describeThrown } from '../../model/describe-thrown.js'
import { StoreError } from '../store-error.js'

export interface DataFiles {
  readonly database: string
  readonly lock: string
}

/** Makes a data directory where there is none, and sees to it that it can be written. Throws a `StoreError`. */
export function openDataDirectory(folder: string): DataFiles {
  const files = { database: join(folder, 'tracebell.db'), lock: join(folder, 'tracebell.lock') }
  try {
    makeFolder(folder)
  } catch (error) {
    throw cannotWrite(`the data directory ${folder} cannot be made`, error)
  }
  assertWritable(folder, `the data directory ${folder} cannot be written`)
  if (!existsSync(files.database)) return files
  if (!statSync(files.database).isFile())
    throw new StoreError('unusable', `${files.database} is not a file; the state of tracebell is kept there`)
  assertWritable(files.database, `${files.database} cannot be written`)
  return files
}

/** One level at a time: asked for all at once, Node 20 never comes back from where none can be made, such as `/proc`. */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return
  const above = dirname(folder)
  if (above !== folder) makeFolder(above)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another process may have made it just now.
    if (!isFolder(folder)) throw error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function assertWritable(path: string, problem: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
  } catch (error) {
    throw cannotWrite(problem, error)
  }
}

const READ_ONLY_CODES = new Set(['EACCES', 'EPERM', 'EROFS'])

function cannotWrite(problem: string, error: unknown): StoreError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const kind = READ_ONLY_CODES.has(code) ? 'read-only' : 'unusable'
  return new StoreError(kind, `${problem}: ${code === '' ? describeThrown(error) : code}`, { cause: error })
}
