/** The span sets of an answer, each a line of `spansetLine`, in order; or why there is none. */
export type SearchAnswer = readonly string[] | { readonly refused: string }

/** A name and its value, as a text. */
export type ShownPair = readonly [name: string, value: string]

/** One span set, as `trace-id: span-id span-id`. Ids without leading zeros are filled up. */
export function spansetLine(traceId: string, spanIds: readonly string[]): string {
  const spans = spanIds.map((spanId) => spanId.padStart(16, '0')).sort()
  return `${traceId.padStart(32, '0')}: ${spans.join(' ')}`
}

/** What the query worked out of a span set, such as `count()=int 3`, each once. */
export function workedOut(attributes: readonly ShownPair[]): string {
  const shown = new Set(attributes.map(([name, value]) => ` ${name}=${value}`))
  return [...shown].sort().join('')
}

/** Whether both say the same. What is refused need not be refused in the same words. */
export function isSameAnswer(one: SearchAnswer, other: SearchAnswer): boolean {
  if ('refused' in one || 'refused' in other) return 'refused' in one && 'refused' in other
  return one.join('\n') === other.join('\n')
}
