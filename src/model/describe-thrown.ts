/** What was thrown, as text for a log. It never throws itself, whatever it is given: anything can be thrown. */
export function describeThrown(thrown: unknown): string {
  try {
    return String(thrown)
  } catch {
    return 'something that cannot be shown as text'
  }
}
