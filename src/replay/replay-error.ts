/** Why the past cannot be replayed: names the place, what was found and what was expected. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError'
}
