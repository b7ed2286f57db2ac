import { NotationError } from './notation-error.js'

/** A word of a line, or a key with its value. */
export interface Word {
  readonly text: string
  /** What stands behind `=`; undefined where there is none. */
  readonly value: { readonly text: string; readonly isQuoted: boolean } | undefined
  /** Where it begins in the whole text, in UTF-16 units. */
  readonly at: number
}

/** A line that says something. */
export interface WordLine {
  /** How many blanks it begins with. */
  readonly indent: number
  readonly words: readonly Word[]
  /** Where its first word begins. */
  readonly at: number
}

const BLANK = /[ \t]/
const END_OF_BARE = /[ \t"=]/

/** The lines of a text but for empty ones and comments, in words: bare, or in double quotes with `\"` and `\\`. */
export function* readWords(text: string): Generator<WordLine> {
  let start = 0
  for (const line of text.split('\n')) {
    const content = line.replace(/\r$/, '')
    const indent = countBlanks(content)
    if (indent < content.length && content[indent] !== '#') {
      if (content.slice(0, indent).includes('\t'))
        throw new NotationError('found a tab, expected spaces', start)
      yield { indent, words: readLine(content, indent, start), at: start + indent }
    }
    start += line.length + 1
  }
}

function countBlanks(line: string): number {
  let count = 0
  while (count < line.length && BLANK.test(line[count] ?? '')) count += 1
  return count
}

function readLine(line: string, from: number, start: number): Word[] {
  const words: Word[] = []
  for (let at = from; at < line.length;) {
    if (BLANK.test(line[at] ?? '')) {
      at += 1
      continue
    }
    const key = readText(line, at, start)
    const value = line[key.end] === '=' ? readText(line, key.end + 1, start) : undefined
    const end = value?.end ?? key.end
    if (end < line.length && !BLANK.test(line[end] ?? '')) {
      throw new NotationError(`found ${JSON.stringify(line[end])}, expected a blank`, start + end)
    }
    words.push({ text: key.text, value, at: start + at })
    at = end
  }
  return words
}

interface Text {
  readonly text: string
  readonly isQuoted: boolean
  /** Where it ends in the line. */
  readonly end: number
}

function readText(line: string, from: number, start: number): Text {
  if (line[from] === '"') return readQuoted(line, from, start)
  let end = from
  while (end < line.length && !END_OF_BARE.test(line[end] ?? '')) end += 1
  return { text: line.slice(from, end), isQuoted: false, end }
}

function readQuoted(line: string, from: number, start: number): Text {
  let text = ''
  for (let at = from + 1; at < line.length; at += 1) {
    const character = line[at]
    if (character === '"') return { text, isQuoted: true, end: at + 1 }
    if (character === '\\') at += 1
    text += line[at] ?? ''
  }
  throw new NotationError('found a " without an end', start + from)
}
