import { createSystemClock } from '../system-clock.js'
import { DemoError } from './demo/demo-error.js'
import { createPaint, hasColours } from './demo/paint.js'
import { play } from './demo/play.js'
import { EXIT } from './exit-codes.js'
import { untilStopped } from './until-stopped.js'

export interface DemoOptions {
  /** As the user wrote it; without it the demo runs until it is stopped. */
  readonly seconds?: string
  /** The fault that is wished for. */
  readonly fault?: string
}

const LONGEST_SECS = 86_400

/**
 * `tracebell demo`: the embedded source, an example application that breaks now and then, and the alerts about it, all
 * on free ports. Runs until it is stopped or its time is over, and leaves nothing running.
 */
export async function demo({ seconds, fault }: DemoOptions): Promise<void> {
  const ending = new AbortController()
  const end = (): void => ending.abort(new Error('the demo is over'))
  void untilStopped().then(end)
  // Where nobody reads any more, as after `| head`, there is nothing left to show.
  process.stdout.on('error', end)
  const { signal } = ending
  const clock = createSystemClock({ keepAlive: true })
  try {
    if (seconds !== undefined) {
      const endsAt = clock.now() + parseSeconds(seconds) * 1000
      clock.sleepUntil(endsAt, signal).then(end, () => {})
    }
    await play({
      write: (line) => void process.stdout.write(`${line}\n`),
      paint: createPaint(hasColours(process.stdout)),
      clock,
      env: process.env,
      fault,
      signal,
    })
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) fail(error)
  } finally {
    end()
  }
}

/** Throws a `DemoError` where the text is no number of seconds. */
export function parseSeconds(text: string): number {
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (seconds > 0 && seconds <= LONGEST_SECS) return seconds
  throw new DemoError(`--seconds: found ${JSON.stringify(text)}, expected a number from 1 to ${LONGEST_SECS}`)
}

function fail(error: unknown): void {
  if (!(error instanceof DemoError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = EXIT.badInput
}
