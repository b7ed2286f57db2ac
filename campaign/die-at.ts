import { SKIP_VARIABLE, STEP_VARIABLE, type Step } from './steps.js'

let left = Number(process.env[SKIP_VARIABLE] ?? 0)

/** Kills this process where this is the step at which it is to die. Nothing of it runs after that. */
export function dieAt(step: Step): void {
  if (process.env[STEP_VARIABLE] !== step) return
  left -= 1
  if (left >= 0) return
  process.kill(process.pid, 'SIGKILL')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
