const LONGEST_LINK = 2000

/** The text as an address that may be clicked on: http or https. Undefined for anything else a span might have put there. */
export function toHttpLink(text: string | undefined): string | undefined {
  if (text === undefined || text === '' || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  return url.href.length <= LONGEST_LINK ? url.href : undefined
}
