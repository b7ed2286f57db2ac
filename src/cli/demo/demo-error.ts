/** The demo cannot go on; its message says why. */
export class DemoError extends Error {
  override readonly name = 'DemoError'
}
