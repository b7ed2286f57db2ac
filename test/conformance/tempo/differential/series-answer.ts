/** The series of an answer: labels as one text, and the values by Unix seconds; or why there is none. */
export type SeriesAnswer = ReadonlyMap<string, ReadonlyMap<number, number>> | { readonly refused: string }

/** The labels of a series as one text. */
export function labelsText(labels: readonly (readonly [name: string, value: string])[]): string {
  return labels
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(', ')
}

/** A sum may be added up in any order. */
const RELATIVE_ERROR = 1e-9

/** Whether both have the same series, but for those of nothing but zeros, with the same values. */
export function isSameSeries(one: SeriesAnswer, other: SeriesAnswer): boolean {
  if ('refused' in one || 'refused' in other) return 'refused' in one && 'refused' in other
  return coversOther(one, other) && coversOther(other, one)
}

type Series = Exclude<SeriesAnswer, { readonly refused: string }>

function coversOther(one: Series, other: Series): boolean {
  return [...one].every(([labels, values]) => isZero(values) || areClose(values, other.get(labels)))
}

function isZero(values: ReadonlyMap<number, number>): boolean {
  return [...values.values()].every((value) => value === 0)
}

function areClose(values: ReadonlyMap<number, number>, others?: ReadonlyMap<number, number>): boolean {
  if (others === undefined || values.size !== others.size) return false
  return [...values].every(([at, value]) => {
    const other = others.get(at)
    if (other === undefined) return false
    return value === other || Math.abs(value - other) <= RELATIVE_ERROR * Math.abs(value)
  })
}

/** One line for each series. */
export function seriesLines(answer: SeriesAnswer): readonly string[] | { readonly refused: string } {
  if ('refused' in answer) return answer
  return [...answer]
    .filter(([, values]) => !isZero(values))
    .map(([labels, values]) => `${labels}: ${[...values].map(([at, value]) => `${value}@${at}`).join(' ')}`)
}
