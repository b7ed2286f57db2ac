import { MATCH_OPERATORS, type Matcher } from './matcher.js'

const MATCHER = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|!=|!~|=)\s*([^]*?)\s*$/

/** Reads Alertmanager's older syntax of matchers; undefined for a text that is none in it. */
export function parseClassicMatchers(text: string): readonly Matcher[] | undefined {
  const inner = text.replace(/^\{/, '').replace(/\}$/, '')
  const parts = split(inner)
  if (parts === undefined) return undefined
  const matchers = parts.map(parseOne)
  return matchers.every((matcher) => matcher !== undefined) ? matchers : undefined
}

/** At the commas that are not in quotes; a comma at the end is allowed. */
function split(text: string): readonly string[] | undefined {
  const parts: string[] = []
  let [start, isQuoted, isEscaped] = [0, false, false]
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (char === ',' && !isQuoted) {
      parts.push(text.slice(start, at))
      start = at + 1
    } else {
      if (char === '"' && !isEscaped) isQuoted = !isQuoted
      isEscaped = char === '\\' && !isEscaped
    }
  }
  if (isQuoted) return undefined
  const last = text.slice(start)
  return last.trim() === '' ? parts : [...parts, last]
}

function parseOne(text: string): Matcher | undefined {
  const [, name, operatorText, raw = ''] = MATCHER.exec(text) ?? []
  const operator = MATCH_OPERATORS.find((each) => each === operatorText)
  const value = unescape(raw)
  return name === undefined || operator === undefined || value === undefined
    ? undefined
    : { name, operator, value }
}

/** Without its quotes, if it has any; undefined where one is missing or stands in the middle. */
function unescape(raw: string): string | undefined {
  const isQuoted = raw.startsWith('"')
  if (isQuoted && !/^"(?:[^"\\]|\\[^])*"$/.test(raw)) return undefined
  const inner = isQuoted ? raw.slice(1, -1) : raw
  if (/^(?:[^"\\]|\\[^])*"/.test(inner)) return undefined
  return inner.replaceAll(/\\([\\"n])/g, (_, char: string) => (char === 'n' ? '\n' : char))
}
