import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** Appends values to a file, a line of JSON each; each is on the disk once `append` returns. */
export interface LinesFile {
  append(value: unknown): void
  close(): void
}

/** Opens the file for appending. A line that a killed process left unfinished is ended first. */
export function openLines(path: string): LinesFile {
  if (existsSync(path) && !readFileSync(path, 'utf8').endsWith('\n')) appendFileSync(path, '\n')
  const file = openSync(path, 'a')
  return {
    append: (value) => {
      writeSync(file, `${JSON.stringify(value)}\n`)
      fsyncSync(file)
    },
    close: () => closeSync(file),
  }
}

/** What the file holds; nothing where there is none. A line that was cut off by a kill was never relied upon. */
export function readLines<T>(path: string, isLine: (value: unknown) => value is T): readonly T[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const value = parse(line)
      return isLine(value) ? [value] : []
    })
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
