import { RE2JS, RE2JSException } from 're2js'

/** Tells whether a whole text is matched. */
type Matcher = (text: string) => boolean

const MOST_COMPILED = 256
const MOST_REMEMBERED_TEXTS = 2048
const LONGEST_REMEMBERED_TEXT = 512

const compiled = new Map<string, Matcher>()

/**
 * A matcher for an RE2 expression: it must match the whole text, and `.` also matches a newline. Takes time linear in
 * the text. Undefined where the expression is not valid RE2.
 */
export function compileRegex(source: string): Matcher | undefined {
  const known = compiled.get(source)
  if (known !== undefined) return known
  const matcher = createMatcher(source)
  if (matcher === undefined) return undefined
  if (compiled.size >= MOST_COMPILED) compiled.clear()
  compiled.set(source, matcher)
  return matcher
}

function createMatcher(source: string): Matcher | undefined {
  const expression = compileExpression(source)
  return expression === undefined ? undefined : remember((text) => expression.testExact(text))
}

function compileExpression(source: string): RE2JS | undefined {
  try {
    return RE2JS.compile(source, RE2JS.DOTALL)
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
