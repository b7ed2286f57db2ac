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

function advance(scalar: ScalarText, { inSource, inValue }: Places): Places | undefined {
  const { source, value } = scalar
  const char = source.charAt(inSource)
  if (scalar.style === 'double' && char === '\\') return skipEscape(source, { inSource, inValue })
  if (scalar.style === 'single' && source.startsWith("''", inSource)) {
    return { inSource: inSource + 2, inValue: inValue + 1 }
  }
  if (char === '') return undefined
  if (char === value.charAt(inValue)) return { inSource: inSource + 1, inValue: inValue + 1 }
  if (SPACE.test(char)) return { inSource: inSource + 1, inValue }
  return SPACE.test(value.charAt(inValue)) ? { inSource, inValue: inValue + 1 } : undefined
}

const ESCAPED_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])

function skipEscape(source: string, { inSource, inValue }: Places): Places {
  const kind = source.charAt(inSource + 1)
  if (kind === '\n' || kind === '\r') return { inSource: skipLineEnd(source, inSource + 1), inValue }
  const digits = ESCAPED_DIGITS.get(kind) ?? 0
  const code = Number.parseInt(source.slice(inSource + 2, inSource + 2 + digits), 16)
  return { inSource: inSource + 2 + digits, inValue: inValue + (code > 0xffff ? 2 : 1) }
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
