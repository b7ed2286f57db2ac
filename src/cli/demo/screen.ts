import type { Clock } from '../../model/clock.js'
import { formatAlert, formatCounts } from './alert-lines.js'
import { createDigest } from './digest.js'
import type { Paint } from './paint.js'
import type { ProofSpan } from './proof.js'
import type { ReceivedAlert } from './received-alert.js'

/** Alerts of a type that are told in full for each fault. */
const TOLD_IN_FULL = 3

export interface ScreenOptions {
  readonly write: (line: string) => void
  readonly clock: Pick<Clock, 'now'>
  readonly paint: Paint
  /** The address of the Tempo-compatible API. */
  readonly tempoUrl: string
  /** The spans of a trace; empty where they cannot be had. */
  readonly fetchProof: (traceId: string) => Promise<readonly ProofSpan[]>
}

/** The demo's story on the terminal, line by line. */
export interface Screen {
  /** A turn of the story. Where something breaks, the first alerts are told in full again. */
  tell(turn: { readonly text: string; readonly breaks: boolean }): void
  /** An alert, as the webhook received it: in full, or counted where there are many. */
  show(alert: ReceivedAlert): void
  /** The last lines: what was counted, and a sum of all. Resolves when all is written. */
  close(): Promise<void>
}

export function createScreen({ write, clock, paint, tempoUrl, fetchProof }: ScreenOptions): Screen {
  const digest = createDigest({ full: TOLD_IN_FULL })
  // One after the other: an alert that waits for its proof must not come after the next turn of the story.
  let done: Promise<void> = Promise.resolve()

  function then(work: () => Promise<void> | void): void {
    done = done.then(work)
  }

  function stamped([first = '', ...more]: readonly string[]): void {
    write(`${paint('dim', timeOfDay(clock.now()))}  ${first}`)
    for (const line of more) write(`${' '.repeat(10)}${line}`)
  }

  function tellRest(): void {
    const counts = formatCounts(digest.rest(), 'more ')
    if (counts !== undefined) write(`${' '.repeat(10)}… ${counts}`)
  }

  async function showInFull(alert: ReceivedAlert): Promise<void> {
    const proof = alert.trace === undefined ? [] : await fetchProof(alert.trace.id)
    stamped(formatAlert({ alert, proof, tempoUrl, paint }))
  }

  return {
    tell: ({ text, breaks }) =>
      then(() => {
        tellRest()
        if (breaks) digest.restart()
        stamped([paint('bold', text)])
      }),
    show: (alert) =>
      then(async () => {
        if (digest.take(alert.type)) await showInFull(alert)
      }),
    close: () => {
      then(() => {
        tellRest()
        write('')
        stamped([paint('bold', `the end: ${formatCounts(digest.totals()) ?? 'no alerts'}`)])
      })
      return done
    },
  }
}

function timeOfDay(at: number): string {
  return new Date(at).toTimeString().slice(0, 8)
}
