import type { RulePlace } from '../../model/alerting-rule.js'

/** One thing that is wrong with a file, or worth a warning, and where. */
export interface FileFault extends RulePlace {
  /** The way to the value, such as `groups[0].rules[1].for`; empty where the file as a whole is meant. */
  readonly key: string
  /** What was found and what was expected, in a sentence. */
  readonly problem: string
  /** Lines that show the place inside of an expression. */
  readonly caret?: string | undefined
  /** How many faults it stands for that are not told; 1 where it is left out. */
  readonly count?: number | undefined
}

/** How many faults there are, with those that are not told. */
export function countFaults(faults: readonly FileFault[]): number {
  return faults.reduce((sum, { count = 1 }) => sum + count, 0)
}

/** One that stands for all others. */
export function toOthers(place: RulePlace, count: number): FileFault {
  return { ...place, key: '', problem: `and ${count} more faults, from here on, which are not told`, count }
}

/** `rules/shop.yaml:7:9: groups[0].rules[1].for: found "5x", expected a duration …` */
export function describeFileFault(fault: FileFault): string {
  const lines = fault.caret === undefined ? [] : fault.caret.split('\n').map((each) => `    ${each}`)
  return [`${describePlace(fault)}: ${fault.problem}`, ...lines].join('\n')
}

/** `rules/shop.yaml:7:9: groups[0].rules[1].for` */
export function describePlace({ file, line, column, key }: FileFault): string {
  return `${file}:${line}:${column}${key === '' ? '' : `: ${key}`}`
}

/** Orders faults of one file as they stand in it. */
export function comparePlaces(left: RulePlace, right: RulePlace): number {
  return left.line - right.line || left.column - right.column
}

const SHOWN_CHARACTERS = 80

/** A value of a file as it may be quoted. */
export function describeFound(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return JSON.stringify(clip(value))
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a mapping'
}

function clip(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
}
