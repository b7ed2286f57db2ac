import { existsSync, readFileSync } from 'node:fs'

/** A value as the data writes it, with its type. */
export interface TypedValue {
  readonly string?: string
  readonly int?: string
  readonly double?: number
  readonly bool?: boolean
  readonly array?: readonly TypedValue[]
}

interface Case {
  readonly id: string
  readonly features: readonly string[]
  readonly query: string
  /** Why Tempo's answer is not what the language alone would give. */
  readonly quirk?: string
}

export interface ParseCase extends Case {
  readonly valid: boolean
  readonly reason?: 'syntax' | 'semantic' | 'unsupported'
  readonly kind?: 'search' | 'metrics'
}

export interface Match {
  readonly traceId: string
  readonly spansets: readonly {
    readonly spanIds: readonly string[]
    readonly attributes?: Readonly<Record<string, TypedValue>>
  }[]
}

export interface EvalCase extends Case {
  readonly matches?: 'all' | readonly Match[]
  readonly error?: string
  /** What the language says, where Tempo's answer differs from it. */
  readonly language?: 'all' | readonly Match[]
}

export interface MetricsCase extends Case {
  readonly mode: 'range' | 'instant'
  readonly start: number
  readonly end: number
  readonly step?: number | null
  readonly timestampsMs?: readonly number[]
  readonly series: readonly {
    readonly labels: Readonly<Record<string, TypedValue>>
    readonly values?: readonly (number | null)[]
    readonly value?: number
  }[]
}

/** The cases and traces that come with the project. */
export const FIXTURES = new URL('fixtures/', import.meta.url)

export const tracesIn = (folder = FIXTURES): URL => new URL('traces/', folder)

export function loadParseCases(folder = FIXTURES): readonly ParseCase[] {
  return load(folder, 'parse.json')
}

export function loadEvalCases(folder = FIXTURES): readonly EvalCase[] {
  return load(folder, 'eval.json')
}

export function loadMetricsCases(folder = FIXTURES): readonly MetricsCase[] {
  return load(folder, 'metrics.json')
}

/** The cases of one file; none where a folder does not have it. */
// oxlint-disable-next-line no-unnecessary-type-parameters
function load<T>(folder: URL, name: string): readonly T[] {
  const path = new URL(name, folder)
  if (!existsSync(path)) return []
  const file: { readonly cases: readonly T[] } = JSON.parse(readFileSync(path, 'utf8'))
  return file.cases
}
