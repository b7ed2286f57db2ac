import { setTimeout as sleep } from 'node:timers/promises'

/** The machine's time. Spans have OpenTelemetry's own, which is finer; a sleep does not keep the process from ending. */
export function createRealTime() {
  return {
    now: () => undefined,
    sleep: (ms) => sleep(ms, undefined, { ref: false }),
  }
}
