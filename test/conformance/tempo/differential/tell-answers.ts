type Lines = readonly string[] | { readonly refused: string }

const MOST_LINES = 5
const MOST_CHARACTERS = 400

/** What only one of the two says, to be read by a person. */
export function tellAnswers(tempo: Lines, here: Lines): string {
  if ('refused' in tempo || 'refused' in here) return `Tempo: ${brief(tempo)}\nhere: ${brief(here)}`
  return [
    `Tempo: ${tempo.length} in all, of which not here:${only(tempo, here)}`,
    `here: ${here.length} in all, of which not in Tempo:${only(here, tempo)}`,
  ].join('\n')
}

function only(some: readonly string[], others: readonly string[]): string {
  return some
    .filter((line) => !others.includes(line))
    .slice(0, MOST_LINES)
    .map((line) => `\n  ${line.slice(0, MOST_CHARACTERS)}`)
    .join('')
}

function brief(answer: Lines): string {
  return 'refused' in answer ? answer.refused : `${answer.length} in all`
}
