import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LogDestination } from './log-destination.js'

const DEFAULT_MAX_BYTES = 10 * 1024 * 1024
const DEFAULT_KEEP = 5

export interface RotatingFileOptions {
  readonly path: string
  /** The file is rotated before a line would make it larger than this; 10 MiB by default. */
  readonly maxBytes?: number
  /** How many older files stay beside it, `path.1` being the newest; 5 by default. */
  readonly keep?: number
}

/**
 * Log lines to a file, rotated by size. Lines are appended over restarts, and the folder is created when it is missing.
 *
 * The file is looked at and opened anew for every line. A log writes little, and so nothing has to be noticed or
 * repaired when the file is removed, truncated or rotated by somebody else, or when the folder becomes writable again.
 * A file that is full and cannot be rotated takes no more lines, because it would grow without bound.
 */
export function createRotatingFile(options: RotatingFileOptions): LogDestination {
  const { path, maxBytes = DEFAULT_MAX_BYTES, keep = DEFAULT_KEEP } = options
  return {
    name: path,
    write: (line, settled) => {
      const size = sizeOf(path)
      if (size === undefined) makeFolder(dirname(path))
      else if (size > 0 && size + Buffer.byteLength(line) > maxBytes) rotate(path, keep)
      appendFileSync(path, line)
      settled()
    },
  }
}

// Node's own recursive form never ends where a folder above can neither be had nor made, as under /proc.
function makeFolder(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  mkdirSync(path)
}

function sizeOf(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  // Opening a pipe waits for its reader, which would stop the process.
  if (stat?.isFIFO()) throw new Error('is a named pipe, expected a file')
  return stat?.isFile() ? stat.size : stat && 0
}

function rotate(path: string, keep: number): void {
  for (let age = keep - 1; age >= 1; age -= 1) renameIfThere(`${path}.${age}`, `${path}.${age + 1}`)
  renameIfThere(path, `${path}.1`)
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
