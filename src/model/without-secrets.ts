/** The text as it may be quoted: an address can hold a password before its @ and a key after its ?. */
export function withoutSecrets(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?.*@/is, '$1(hidden)@').replace(/\?.*/s, '?(hidden)')
}
