import { RE2JS, RE2JSException } from 're2js'
import { estimateInstructions } from './estimate-instructions.js'

/** Tells whether a whole text is matched. */
type Matcher = (text: string) => boolean

const MOST_COMPILED = 256
const MOST_REMEMBERED_TEXTS = 2048
const LONGEST_REMEMBERED_TEXT = 512
/** Instructions of one expression. `a{1000}` has a thousand, and each may be tried at each character. */
const MOST_INSTRUCTIONS = 5000
/** Characters of one expression. One without repeats has about as many instructions. */
const LONGEST_SOURCE = 4096
/** Larger ones are not kept: 256 of them would be a gigabyte. */
const MOST_KEPT_INSTRUCTIONS = 500
/** Characters times instructions of one match; less than a second. */
const MOST_STEPS = 50_000_000

const compiled = new Map<string, Matcher>()

/** An expression that is too large, or too large for a text. The message says what is allowed. */
export class RegexTooLarge extends Error {
  override readonly name = 'RegexTooLarge'
}

export interface RegexOptions {
  /** Whether `.` also matches a newline, as in TraceQL; true by default. */
  readonly dotMatchesNewline?: boolean
}

/**
 * A matcher for an RE2 expression: it must match the whole text. Takes time linear in the text. Undefined where the
 * expression is not valid RE2. Throws `RegexTooLarge`, and so does the matcher for a text that is too long for its
 * expression.
 */
export function compileRegex(
  source: string,
  { dotMatchesNewline = true }: RegexOptions = {},
): Matcher | undefined {
  const key = `${dotMatchesNewline ? 's' : ''}:${source}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  checkSize(source)
  const expression = compileExpression(source, dotMatchesNewline ? RE2JS.DOTALL : 0)
  if (expression === undefined) return undefined
  const size = expression.programSize()
  const matcher = createMatcher(expression, size)
  if (size > MOST_KEPT_INSTRUCTIONS) return matcher
  if (compiled.size >= MOST_COMPILED) compiled.clear()
  compiled.set(key, matcher)
  return matcher
}

/** Before it is compiled: repeats are written out then, and a few kilobytes take seconds. */
function checkSize(source: string): void {
  if (source.length > LONGEST_SOURCE) {
    throw new RegexTooLarge(
      `a regular expression of ${source.length} characters; the most is ${LONGEST_SOURCE}`,
    )
  }
  const size = estimateInstructions(source)
  if (size > MOST_INSTRUCTIONS) {
    throw new RegexTooLarge(
      `a regular expression of about ${size} instructions; the most is ${MOST_INSTRUCTIONS}`,
    )
  }
}

interface RegexFault {
  readonly stage: 'semantic' | 'unsupported'
  /** What it is, such as `not a valid RE2 regular expression: missing closing )`. */
  readonly problem: string
}

/** What is wrong with an expression, or with matching this text by it; undefined where nothing is. */
export function findRegexFault(source: string, text = ''): RegexFault | undefined {
  try {
    const matcher = compileRegex(source)
    if (matcher === undefined) return { stage: 'semantic', problem: describeInvalid(source) }
    matcher(text)
    return undefined
  } catch (error) {
    if (error instanceof RegexTooLarge) return { stage: 'unsupported', problem: error.message }
    throw error
  }
}

function describeInvalid(source: string): string {
  try {
    RE2JS.compile(source)
    return 'not a valid RE2 regular expression'
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : ''
    return `not a valid RE2 regular expression: ${reason.slice(0, 200)}`
  }
}

function createMatcher(expression: RE2JS, size: number): Matcher {
  return remember((text) => {
    if (text.length * size > MOST_STEPS) {
      throw new RegexTooLarge(
        `a text of ${text.length} characters is too long for a regular expression of ${size} instructions`,
      )
    }
    return expression.testExact(text)
  })
}

function compileExpression(source: string, flags: number): RE2JS | undefined {
  try {
    return RE2JS.compile(source, flags)
  } catch (error) {
    if (error instanceof RE2JSException) return undefined
    throw error
  }
}

/** Attribute values repeat, and matching costs far more than looking up. Two generations bound what is kept. */
function remember(match: Matcher): Matcher {
  let young = new Map<string, boolean>()
  let old = new Map<string, boolean>()
  return (text) => {
    if (text.length > LONGEST_REMEMBERED_TEXT) return match(text)
    const known = young.get(text)
    if (known !== undefined) return known
    const verdict = old.get(text) ?? match(text)
    if (young.size >= MOST_REMEMBERED_TEXTS) {
      old = young
      young = new Map()
    }
    young.set(text, verdict)
    return verdict
  }
}
