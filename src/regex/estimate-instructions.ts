/**
 * One piece of an expression, of the longest that is: quoted text, an escape, a class, the beginning of a group, a count of
 * repeats, or a character. The classes are RE2's: `[]x]` holds a bracket, and so does `[[:alpha:]]`.
 */
const PIECE =
  /\\Q(?<quoted>[^]*?)(?:\\E|$)|\\[pP]\{[^}]*\}|\\x\{[^}]*\}|\\[^]|(?<class>\[\^?\]?(?:\[:\^?[a-z]+:\]|\\[^]|[^\]\\])*\])|(?<flags>\(\?[a-zA-Z-]*\))|(?<free>\(\?[a-zA-Z-]*:)|(?<open>\((?:\?P?<[^>]*>)?)|\{(?<least>\d{1,4})(?<comma>,)?(?<most>\d{1,4})?\}|[^]/g

/** Of a `*` after what may match nothing, which is written `(x+)?`. */
const OF_STAR = 2

/** A part of an expression that has begun. */
interface Part {
  /** Instructions so far, without those of `last`. */
  size: number
  /** Of the piece that a repeat would repeat. */
  last: number
  /** Of what it stands in, when it ends. */
  readonly ends: number
}

type Groups = Readonly<Record<string, string | undefined>>

/**
 * About how many instructions an RE2 expression has once its counts of repeats are written out: `(ab){100}` has 400. It is not
 * fewer than there are, and takes time linear in the expression, whatever its counts. Of an expression that is not
 * valid it means nothing.
 */
export function estimateInstructions(source: string): number {
  const parts: Part[] = [begin(1)]
  for (const { 0: piece, groups = {} } of source.matchAll(PIECE)) take(parts, piece, groups)
  while (parts.length > 1) end(parts)
  return parts.reduce((sum, part) => sum + part.size + part.last, 1)
}

function begin(ends: number): Part {
  return { size: 0, last: 0, ends }
}

function take(parts: Part[], piece: string, groups: Groups): void {
  const part = parts.at(-1) ?? begin(0)
  // What is repeated after these stands before them.
  if (groups['flags'] !== undefined || groups['quoted'] === '' || piece === String.raw`\E`) return
  if (groups['free'] !== undefined) parts.push(begin(1))
  else if (groups['open'] !== undefined) parts.push(begin(2))
  else if (piece === ')') end(parts)
  else if (groups['least'] !== undefined) part.last = repeated(part.last, groups)
  else if (piece === '*') part.last += OF_STAR
  else if (piece === '+' || piece === '?') part.last += 1
  else add(part, sizeOf(piece, groups))
}

/** Of quoted text only the end is repeated; it is counted as if all of it were. An alternative may be empty. */
function sizeOf(piece: string, { quoted }: Groups): number {
  if (quoted !== undefined) return quoted.length
  return piece === '|' ? 2 : 1
}

function add(part: Part, size: number): void {
  part.size += part.last
  part.last = size
}

function end(parts: Part[]): void {
  if (parts.length < 2) return
  const { size, last, ends } = parts.pop() ?? begin(0)
  const outer = parts.at(-1)
  if (outer !== undefined) add(outer, Math.max(size + last, 1) + ends)
}

/** `x{2,4}` is `xx(x(x)?)?`, and `x{2,}` is `xx+`. */
function repeated(size: number, { least = '0', comma, most }: Groups): number {
  const from = Number(least)
  if (comma === undefined) return size * Math.max(from, 1)
  if (most === undefined) return size * (from + 1) + OF_STAR
  return size * from + (size + 1) * Math.max(Number(most) - from, 1)
}
