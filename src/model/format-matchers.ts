import type { Matcher } from './matcher.js'

/** What a name must be quoted for: it means something between matchers, or it is a space. */
const RESERVED = /[{}!=~,\\"'`\s]|^$/u

/** A matcher as Alertmanager writes it: `severity="page"`. */
export function formatMatcher({ name, operator, value }: Matcher): string {
  return `${RESERVED.test(name) ? quote(name) : name}${operator}${quote(value)}`
}

/** Matchers in braces, in the order of their names, so that the same ones give the same text: `{a="1",b=~"x.*"}`. */
export function formatMatchers(matchers: readonly Matcher[]): string {
  return `{${matchers.toSorted(compare).map(formatMatcher).join(',')}}`
}

function compare(a: Matcher, b: Matcher): number {
  return (
    compareTexts(a.name, b.name) || compareTexts(a.value, b.value) || compareTexts(a.operator, b.operator)
  )
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A text in double quotes, in escapes that matchers are read with. */
export function quote(text: string): string {
  return `"${text.replaceAll(/["\\\n\r\t]/g, (char) => ESCAPES.get(char) ?? char)}"`
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])
