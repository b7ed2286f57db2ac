import { printable } from '../query/printable.js'

/** What is known under one name, a line each. */
export type Facts = readonly (readonly [name: string, value: string | undefined])[]

const INDENT = '  '
const NAME_WIDTH = 16
/** Longer sentences go on in the next line. */
const WIDTH = 100

/** A part of the explanation: a title and lines below it. */
export function section(title: string, lines: readonly string[]): string {
  return [printable(title), ...lines.map((line) => (line === '' ? '' : `${INDENT}${line}`))].join('\n')
}

/** A line for each fact that is known; a value of several lines goes on below itself. */
export function formatFacts(facts: Facts): readonly string[] {
  return facts.flatMap(([name, value]) => (value === undefined ? [] : formatFact(name, value)))
}

function formatFact(name: string, value: string): readonly string[] {
  const [first = '', ...others] = value.trimEnd().split('\n').map(printable)
  return [
    `${name.padEnd(NAME_WIDTH)}  ${first}`,
    ...others.map((line) => `${' '.repeat(NAME_WIDTH)}  ${line}`),
  ]
}

/** A sentence in lines, each but the first further in by `indent` blanks. */
export function wrap(text: string, indent = 0): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of printable(text).split(' ')) {
    if (line !== '' && line.length + word.length + 1 > WIDTH - indent) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line].map((each, index) => (index === 0 ? each : `${' '.repeat(indent)}${each}`))
}
