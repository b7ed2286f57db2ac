import { readFileSync } from 'node:fs'

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

const FIXTURES = new URL('fixtures/', import.meta.url)
export const TRACES = new URL('traces/', FIXTURES)

function read(name: string): string {
  return readFileSync(new URL(name, FIXTURES), 'utf8')
}

export function loadParseCases(): readonly ParseCase[] {
  const file: { readonly cases: readonly ParseCase[] } = JSON.parse(read('parse.json'))
  return file.cases
}

export function loadEvalCases(): readonly EvalCase[] {
  const file: { readonly cases: readonly EvalCase[] } = JSON.parse(read('eval.json'))
  return file.cases
}

export function loadMetricsCases(): readonly MetricsCase[] {
  const file: { readonly cases: readonly MetricsCase[] } = JSON.parse(read('metrics.json'))
  return file.cases
}
