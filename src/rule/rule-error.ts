/** A rule that cannot be judged though it was measured: its message says why, for the user. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
}
