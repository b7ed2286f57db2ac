const HIDDEN = '<secret>'
const MARK = '\0'

/** The text without these secrets, as they are, as JSON, an address or a form (with `+` for a space) would have them, or as basic authorization. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap(formsOf).filter((form) => form !== '')
  // The longest first: one may hold another. A mark of one character stands in, so that no secret is found in the words.
  const marked = forms
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, form) => rest.replaceAll(form, MARK), text)
  return marked.replaceAll(MARK, HIDDEN)
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8')
  const encoded = encodeURIComponent(bytes.toString('utf8'))
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encoded,
    encoded.replaceAll('%20', '+'),
    new URLSearchParams([['', secret]]).toString().slice(1),
    bytes.toString('base64'),
  ]
}
