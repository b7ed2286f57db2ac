/** The span sets of an answer, as `trace-id: span-id span-id`, in order; or why there is none. */
export type SearchAnswer = readonly string[] | { readonly refused: string }

/** One span set as a line. Ids without leading zeros are filled up. */
export function spansetLine(traceId: string, spanIds: readonly string[]): string {
  const spans = spanIds.map((spanId) => spanId.padStart(16, '0')).sort()
  return `${traceId.padStart(32, '0')}: ${spans.join(' ')}`
}

/** Whether both say the same. What is refused need not be refused in the same words. */
export function isSameAnswer(one: SearchAnswer, other: SearchAnswer): boolean {
  if ('refused' in one || 'refused' in other) return 'refused' in one && 'refused' in other
  return one.join('\n') === other.join('\n')
}

/** What only one of the two says, to be read by a person. */
export function tellAnswers(tempo: SearchAnswer, here: SearchAnswer): string {
  if ('refused' in tempo || 'refused' in here) return `Tempo: ${brief(tempo)}\nhere: ${brief(here)}`
  const only = (some: readonly string[], others: readonly string[]): string =>
    some
      .filter((line) => !others.includes(line))
      .map((line) => `\n  ${line}`)
      .join('')
  return [
    `Tempo: ${tempo.length} span sets, of which not here:${only(tempo, here)}`,
    `here: ${here.length} span sets, of which not in Tempo:${only(here, tempo)}`,
  ].join('\n')
}

function brief(answer: SearchAnswer): string {
  return 'refused' in answer ? answer.refused : `${answer.length} span sets`
}
