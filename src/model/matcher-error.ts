/** A text that is no list of matchers. The message says what was expected. */
export class MatcherError extends Error {
  override readonly name = 'MatcherError'

  constructor(
    /** Where in the text, in characters from 0. */
    readonly offset: number,
    /** What was found there, and what was expected. */
    readonly problem: string,
  ) {
    super(`character ${offset + 1}: ${problem}`)
  }
}
