import { EXIT } from '../exit-codes.js'
import { InputError } from '../query/input-error.js'
import { printable } from '../query/printable.js'
import { DaemonError } from './daemon-error.js'

/**
 * Does the work of a command that asks a running tracebell. What was asked wrongly ends it with 2, a tracebell that does
 * not answer with 3. What it answers is the exit code otherwise.
 */
export async function endWell(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work()
  } catch (error) {
    if (!(error instanceof InputError) && !(error instanceof DaemonError)) throw error
    error.message.split('\n').forEach(say)
    const isInput = error instanceof InputError || error.fault === 'input'
    process.exitCode = isInput ? EXIT.badInput : EXIT.noVerdict
  }
}

/** Writes a line for people beside what is answered. What is foreign in it cannot steer the terminal. */
export function say(line: string): void {
  process.stderr.write(`${printable(line)}\n`)
}

/** Writes what is answered. */
export function write(text: string): void {
  // Where nobody reads any more, as after `| head`, there is nothing left to say.
  process.stdout.on('error', () => {})
  process.stdout.write(text)
}
