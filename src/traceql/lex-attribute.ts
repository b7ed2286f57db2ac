import type { Scanned } from './literal.js'
import { wellFormed } from './literal.js'

/** White space ends a name, as do these signs. Unicode's White_Space is what Go's unicode.IsSpace goes by. */
const PLAIN_PART = /[^\p{White_Space}{}()=~!<>&|^,"]+/uy
const QUOTED_PART = /"((?:[^"\\]|\\["\\])*)"/y
const QUOTED_ESCAPE = /\\(["\\])/g
const CLOSED_QUOTE = /"(?:[^"\\]|\\[^])*"/y

/**
 * The attribute name that begins at `at`, behind the dot of its scope: plain parts and parts in double quotes, without
 * white space between. `2` in `span.a/2` belongs to the name: signs of arithmetic do.
 */
export function scanAttributeName(text: string, at: number): Scanned<string> {
  let name = ''
  let offset = at
  for (;;) {
    const plain = matchAt(PLAIN_PART, text, offset)
    const quoted = plain === undefined ? matchAt(QUOTED_PART, text, offset) : undefined
    const match = plain ?? quoted
    if (match === undefined) break
    name += plain?.[0] ?? quoted?.[1]?.replace(QUOTED_ESCAPE, '$1') ?? ''
    offset += match[0].length
  }
  if (text[offset] === '"') return quoteFault(text, offset)
  if (offset === at) return { kind: 'fault', problem: 'an attribute name must follow the dot directly', at }
  return { kind: 'value', value: wellFormed(name), end: offset }
}

function quoteFault(text: string, at: number): Scanned<string> {
  const closed = matchAt(CLOSED_QUOTE, text, at) !== undefined
  const problem = closed
    ? 'a quoted attribute name has no escapes but \\" and \\\\'
    : 'this quoted attribute name has no closing quote'
  return { kind: 'fault', problem, at }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}
