/** What is wrong with a trace that is written down, and where in its text. */
export class NotationError extends Error {
  override readonly name = 'NotationError'

  constructor(
    problem: string,
    /** In UTF-16 units. */
    readonly at: number,
  ) {
    super(problem)
  }
}
