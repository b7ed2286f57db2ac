/** A scalar in a YAML text. */
export interface ScalarText {
  /** The whole text of the file. */
  readonly source: string
  /** Where the scalar begins, with its quote or its `|`. */
  readonly start: number
  readonly style: 'plain' | 'single' | 'double' | 'block'
  /** What it says. */
  readonly value: string
}

/** What is compared: a place in the source and one in the value. */
interface Places {
  readonly inSource: number
  readonly inValue: number
}

/**
 * Where in the file a place of a scalar's value stands. YAML folds lines, takes indentation away and has escapes, so the
 * two texts are gone through side by side; where they part, the scalar's beginning is as near as can be told.
 */
export function toSourceOffset(scalar: ScalarText, offset: number): number {
  const { start, value } = scalar
  let places: Places = { inSource: findText(scalar), inValue: 0 }
  while (places.inValue < Math.min(offset, value.length)) {
    const next = advance(scalar, places)
    if (next === undefined) return start
    places = next
  }
  return skipFolding(scalar, places)
}

/** Behind the quote, or behind the line of `|` or `>`. */
function findText({ source, start, style }: ScalarText): number {
  if (style === 'plain') return start
  if (style !== 'block') return start + 1
  const end = source.indexOf('\n', start)
  return end === -1 ? source.length : end + 1
}

const SPACE = /[ \t\r\n]/

function advance(scalar: ScalarText, places: Places): Places | undefined {
  const { source, style } = scalar
  const char = source.charAt(places.inSource)
  if (char === '') return undefined
  if (style === 'block') return advanceInBlock(scalar, places)
  if (SPACE.test(char)) return skipSpaces(source, places)
  if (style === 'double' && char === '\\') return skipEscape(source, places)
  if (style === 'single' && source.startsWith("''", places.inSource)) return step(places, 2, 1)
  return char === scalar.value.charAt(places.inValue) ? step(places, 1, 1) : undefined
}

/** Only spaces and line ends can part the two here, so that every other character has its partner. */
function advanceInBlock({ source, value }: ScalarText, places: Places): Places | undefined {
  const char = source.charAt(places.inSource)
  if (char === value.charAt(places.inValue)) return step(places, 1, 1)
  if (SPACE.test(char)) return step(places, 1, 0)
  return SPACE.test(value.charAt(places.inValue)) ? step(places, 0, 1) : undefined
}

function step({ inSource, inValue }: Places, inSourceBy: number, inValueBy: number): Places {
  return { inSource: inSource + inSourceBy, inValue: inValue + inValueBy }
}

/** Spaces inside of a line are themselves; around a line end they are nothing, and the line end is a space. */
function skipSpaces(source: string, places: Places): Places {
  let end = places.inSource
  let lineEnds = 0
  while (SPACE.test(source.charAt(end))) {
    if (source.charAt(end) === '\n') lineEnds += 1
    end += 1
  }
  const skipped = end - places.inSource
  if (lineEnds === 0) return step(places, skipped, skipped)
  return step(places, skipped, lineEnds === 1 ? 1 : lineEnds - 1)
}

const ESCAPED_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])

function skipEscape(source: string, places: Places): Places {
  const { inSource, inValue } = places
  const kind = source.charAt(inSource + 1)
  if (kind === '\n' || kind === '\r') return { inSource: skipLineEnd(source, inSource + 1), inValue }
  const digits = ESCAPED_DIGITS.get(kind) ?? 0
  const code = Number.parseInt(source.slice(inSource + 2, inSource + 2 + digits), 16)
  return step(places, 2 + digits, code > 0xffff ? 2 : 1)
}

/** A line that ends in a backslash goes on where the next one begins. */
function skipLineEnd(source: string, at: number): number {
  const lineEnd = source.indexOf('\n', at)
  let next = lineEnd + 1
  while (/[ \t]/.test(source.charAt(next))) next += 1
  return next
}

/** Over indentation and line ends that are not part of the value, to the character that is meant. */
function skipFolding({ source, start, style, value }: ScalarText, { inSource, inValue }: Places): number {
  const wanted = value.charAt(inValue)
  if (wanted === '' || SPACE.test(wanted)) return inSource
  let at = inSource
  while (isFolded(source, at, style)) at += 1
  return at < source.length ? at : start
}

/** Whether a space, a line end or the backslash before one stands there. */
function isFolded(source: string, at: number, style: ScalarText['style']): boolean {
  return SPACE.test(source.charAt(at)) || (style === 'double' && /^\\\r?\n/.test(source.slice(at, at + 3)))
}
