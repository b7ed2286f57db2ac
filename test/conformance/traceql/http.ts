import { encodeTraceProtobuf } from '../../../src/otlp/encode-protobuf.js'
import { serveEmbeddedApi } from '../../embedded-api.js'
import {
  FIXTURES,
  loadEvalCases,
  loadMetricsCases,
  tracesIn,
  type EvalCase,
  type MetricsCase,
} from './cases.js'
import { loadTraces } from './load-traces.js'
import type { Judged } from './suites.js'
import type { Verdict } from './verdict.js'

/** As much of the Tempo-compatible API's answers as the cases speak of. */
interface SearchBody {
  readonly traces: readonly {
    readonly traceID: string
    readonly spanSets: readonly {
      readonly matched: number
      readonly spans: readonly { readonly spanID: string }[]
      readonly attributes?: readonly HttpAttribute[]
    }[]
  }[]
}

interface MetricsBody {
  readonly series?: readonly {
    readonly labels: readonly HttpAttribute[]
    readonly value?: number
    readonly samples?: readonly { readonly timestampMs: string; readonly value?: number }[]
  }[]
}

interface HttpAttribute {
  readonly key: string
  readonly value: HttpValue
}

interface HttpValue {
  readonly stringValue?: string
  readonly intValue?: string
  readonly doubleValue?: number | string
  readonly boolValue?: boolean
  readonly arrayValue?: { readonly values: readonly HttpValue[] }
}

/** More than any trace of the data has, so that no spanset is cut. */
const SPANS_PER_SPANSET = '100'

/** Puts the eval and metrics cases to the Tempo-compatible API, over a window that holds the traces of the data. */
export async function runOverHttp(suite: 'eval' | 'metrics', folder = FIXTURES): Promise<readonly Judged[]> {
  const api = await serveEmbeddedApi()
  try {
    const traces = loadTraces(tracesIn(folder))
    for (const { spans } of traces) api.window.add(encodeTraceProtobuf(spans))
    const everything = showMatches(
      traces.map(({ traceId, spans }) => ({
        traceId,
        spansets: [{ spanIds: spans.map(({ spanId }) => spanId) }],
      })),
    )
    const judged: Judged[] = []
    for (const item of suite === 'eval' ? loadEvalCases(folder) : loadMetricsCases(folder)) {
      const verdict =
        'mode' in item ? judgeMetrics(item, api.tempo) : judgeSearch(item, api.tempo, everything)
      judged.push({ ...item, verdict: await verdict })
    }
    return judged
  } finally {
    api.close()
  }
}

async function judgeSearch(item: EvalCase, origin: string, everything: string): Promise<Verdict> {
  const { query, matches, language } = item
  const params = new URLSearchParams({ q: query, limit: '100000', spss: SPANS_PER_SPANSET })
  const response = await fetch(`${origin}/api/search?${params.toString()}`)
  const wanted = language ?? matches
  if (response.status !== 200)
    return judge(wanted === undefined ? '500' : 'an answer', String(response.status))
  // oxlint-disable-next-line no-unsafe-type-assertion
  const body = (await response.json()) as SearchBody
  // Of what the language says the data know no attributes.
  const found = toMatches(body, language === undefined)
  if (wanted === undefined) return judge('500', showMatches(found))
  return judge(wanted === 'all' ? everything : showMatches(wanted), showMatches(found))
}

function judge(expected: string, actual: string): Verdict {
  return { passed: expected === actual, expected, actual }
}

type Matches = Exclude<EvalCase['matches'], 'all' | undefined>

function toMatches({ traces }: SearchBody, withAttributes: boolean): Matches {
  return traces.map(({ traceID, spanSets }) => ({
    traceId: traceID.padStart(32, '0'),
    spansets: spanSets.map(({ spans, attributes = [] }) => ({
      spanIds: spans.map(({ spanID }) => spanID),
      ...(withAttributes && attributes.length > 0 ? { attributes: toTyped(attributes) } : {}),
    })),
  }))
}

type Typed = NonNullable<Matches[number]['spansets'][number]['attributes']>

function toTyped(attributes: readonly HttpAttribute[]): Typed {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, toTypedValue(value)]))
}

function toTypedValue(value: HttpValue): Typed[string] {
  if (value.stringValue !== undefined) return { string: value.stringValue }
  if (value.intValue !== undefined) return { int: value.intValue }
  if (value.doubleValue !== undefined) return { double: Number(value.doubleValue) }
  if (value.boolValue !== undefined) return { bool: value.boolValue }
  return { array: (value.arrayValue?.values ?? []).map(toTypedValue) }
}

function showMatches(matches: Matches): string {
  return matches
    .map(({ traceId, spansets }) => `${traceId} ${spansets.map(showSpanset).sort().join(' | ')}`)
    .sort()
    .join('\n')
}

function showSpanset({ spanIds, attributes = {} }: Matches[number]['spansets'][number]): string {
  return `${[...spanIds].sort().join(',')} ${showTyped(attributes)}`
}

function showTyped(values: Typed): string {
  return Object.keys(values)
    .sort()
    .map((name) => `${name}=${JSON.stringify(values[name])}`)
    .join(' ')
}

async function judgeMetrics(item: MetricsCase, origin: string): Promise<Verdict> {
  const { query, mode, start, end, step } = item
  const params = new URLSearchParams({ q: query, start: String(start), end: String(end) })
  if (typeof step === 'number') params.set('step', String(step))
  const path = mode === 'range' ? '/api/metrics/query_range' : '/api/metrics/query'
  const response = await fetch(`${origin}${path}?${params.toString()}`)
  if (response.status !== 200) return judge('an answer', `${response.status} ${await response.text()}`)
  // oxlint-disable-next-line no-unsafe-type-assertion
  const body = (await response.json()) as MetricsBody
  return judge(showCase(item), showSeries(body))
}

function showCase({ series, timestampsMs = [] }: MetricsCase): string {
  return series
    .map(({ labels, value, values }) => {
      const samples = values?.flatMap((each, index) =>
        typeof each === 'number' ? [`${showNumber(each)}@${timestampsMs[index]}`] : [],
      )
      return `${showTyped(labels)}: ${samples?.join(' ') ?? showNumber(value ?? 0)}`
    })
    .sort()
    .join('\n')
}

function showSeries({ series = [] }: MetricsBody): string {
  return series
    .map(({ labels, value = 0, samples }) => {
      const shown = samples?.map((each) => `${showNumber(each.value ?? 0)}@${each.timestampMs}`)
      return `${showTyped(toTyped(labels))}: ${shown?.join(' ') ?? showNumber(value)}`
    })
    .sort()
    .join('\n')
}

/** The data are to be compared to a relative 1e-9. */
function showNumber(value: number): string {
  return value.toPrecision(9)
}
