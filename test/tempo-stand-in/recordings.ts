import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A request to a real Tempo, and what it answered. */
export interface Recording {
  readonly request: {
    readonly method: string
    readonly target: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: unknown
  }
  readonly response: { readonly status: number; readonly body: unknown }
  readonly note: string
}

const FOLDER = new URL('../fixtures/tempo-exchanges/', import.meta.url)

/** The names of all recordings, without `.json`. */
export function recordingNames(): readonly string[] {
  return readdirSync(fileURLToPath(FOLDER))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.replace(/\.json$/, ''))
    .sort()
}

/** The recording of this name. Throws where there is none. */
export function readRecording(name: string): Recording {
  // Our own files, which change only with the tests that read them.
  // oxlint-disable-next-line no-unsafe-type-assertion
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Recording
}
