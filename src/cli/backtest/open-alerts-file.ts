import { closeSync, openSync, writeSync } from 'node:fs'
import { InputError } from '../query/input-error.js'

/** A file that anomalies are written to, a line each. */
export interface AlertsFile {
  write(line: string): void
  /** Writes what is left. */
  close(): void
}

const MOST_HELD = 64 * 1024

/** Opens the file anew. Throws an `InputError` where it cannot be written. */
export function openAlertsFile(path: string): AlertsFile {
  const file = attempt(path, () => openSync(path, 'w'))
  let held = ''
  const flush = (): void => {
    const text = held
    held = ''
    if (text !== '') attempt(path, () => writeAll(file, Buffer.from(text)))
  }
  return {
    write: (line) => {
      held += `${line}\n`
      if (held.length >= MOST_HELD) flush()
    },
    close: () => {
      try {
        flush()
      } finally {
        closeSync(file)
      }
    },
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new InputError(`--alerts-out: ${path} cannot be written: ${problem}`)
  }
}
