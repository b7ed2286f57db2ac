/** An option or argument of the command that cannot be used: says which, what was found and what was expected. */
export class InputError extends Error {
  override readonly name = 'InputError'
}
