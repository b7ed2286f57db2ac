/**
 * A place in a JSON request, as the steps that lead to it. Every value that is read has one, so it becomes words only
 * for an error.
 */
export interface JsonPlace {
  /** Undefined for the request itself. */
  readonly outer: JsonPlace | undefined
  /** A key, or the index of an item. */
  readonly step: string | number
}

/** The place of the whole request. */
export const REQUEST: JsonPlace = { outer: undefined, step: 'request' }

/** The place of a member or an item of the value at `outer`. */
export function placeIn(outer: JsonPlace, step: string | number): JsonPlace {
  return { outer, step }
}

/** The place in words, such as `request.resourceSpans[0].resource`. */
export function describePlace({ outer, step }: JsonPlace): string {
  if (outer === undefined) return String(step)
  return describePlace(outer) + (typeof step === 'number' ? `[${step}]` : `.${step}`)
}
