import type { SourceError } from '../model/source-error.js'

/** Decides when a source that does not answer is given up. */
export interface OutageWatch {
  /** Is told of every evaluation, after it. */
  note(): 'go on' | 'stop'
  /** Why it was given up; undefined where it was not. */
  gaveUp(): string | undefined
}

const MOST_IN_A_ROW = 5

/** Gives a source up that was out of reach at the end of five evaluations which follow each other. */
export function createOutageWatch(outage: () => SourceError | undefined): OutageWatch {
  let inARow = 0
  let reason: string | undefined
  return {
    note: () => {
      const failure = outage()
      inARow = failure === undefined ? 0 : inARow + 1
      if (failure === undefined || inARow < MOST_IN_A_ROW) return 'go on'
      const why = [failure.message, failure.detail, failure.hint].filter((text) => text !== undefined)
      reason = `given up after ${inARow} evaluations without an answer: ${why.join('; ')}`
      return 'stop'
    },
    gaveUp: () => reason,
  }
}
