import { withoutSecrets } from '../model/without-secrets.js'
import type { ConfigFault } from './config-error.js'
import type { Parser } from './parsers.js'

/** The environment as the operating system gives it: names and texts. */
export type Environment = Readonly<Record<string, string | undefined>>

export interface ReadOptions {
  /** The text may be a secret and is never quoted. */
  readonly secret?: boolean
}

/** Reads variables one by one and keeps every fault, so that all can be told together. */
export interface VariableReader {
  /** The value of a variable, or undefined where it is unset, empty or faulty. */
  optional<T>(name: string, parser: Parser<T>, options?: ReadOptions): T | undefined
  /** The value of a variable, or the default where it is unset, empty or faulty. */
  withDefault<T>(name: string, parser: Parser<T>, defaultValue: T, options?: ReadOptions): T
  fault(fault: ConfigFault): void
  readonly faults: readonly ConfigFault[]
  /** The names that were read. */
  readonly names: ReadonlySet<string>
}

export function createVariableReader(environment: Environment): VariableReader {
  const faults: ConfigFault[] = []
  const names = new Set<string>()

  function optional<T>(name: string, parser: Parser<T>, options?: ReadOptions): T | undefined {
    names.add(name)
    const text = environment[name]?.trim()
    if (text === undefined || text === '') return undefined
    const parsed = parser(text)
    if ('value' in parsed) return parsed.value
    const show = (found: string): string => (options?.secret === true ? '(hidden)' : withoutSecrets(found))
    const parts = parsed.parts ?? [{ found: text, expected: parsed.expected }]
    faults.push(...parts.map(({ found, expected }) => ({ name, found: show(found), expected })))
    return undefined
  }

  return {
    optional,
    withDefault: (name, parser, defaultValue, options) => optional(name, parser, options) ?? defaultValue,
    fault: (fault) => void faults.push(fault),
    faults,
    names,
  }
}
