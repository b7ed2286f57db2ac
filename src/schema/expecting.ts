/** The error of a mapping in a schema: what is expected, but where a key is unknown, which has a fault of its own. */
export function expecting(
  error: string,
): (issue: { readonly code?: string | undefined }) => string | undefined {
  return ({ code }) => (code === 'unrecognized_keys' ? undefined : error)
}
