import type { AttributeValue } from '../../../src/model/attributes.js'
import type { Trace } from '../../../src/model/trace.js'
import { check, compile, parse, TraceqlError } from '../../../src/traceql/index.js'
import type { EvalCase, Match, ParseCase, TypedValue } from './cases.js'

/** What became of a case: `expected` and `actual` are equal texts where it passed. */
export interface Verdict {
  readonly passed: boolean
  readonly expected: string
  readonly actual: string
}

function judge(expected: string, actual: string): Verdict {
  return { passed: expected === actual, expected, actual }
}

/** Whether the query is taken, as what, or at which stage it is refused. */
export function judgeParse(parseCase: ParseCase): Verdict {
  const expected = parseCase.valid ? parseCase.kind : parseCase.reason
  return judge(expected ?? '', outcome(parseCase.query))
}

function outcome(query: string): string {
  try {
    return check(parse(query)).root.kind === 'Pipeline' ? 'search' : 'metrics'
  } catch (error) {
    return error instanceof TraceqlError ? error.stage : `crash: ${String(error)}`
  }
}

/**
 * The spansets of every trace: what the language answers where the case says so, else what Tempo answers. The data give
 * no attributes with the former.
 */
export function judgeEval(evalCase: EvalCase, traces: readonly Trace[]): Verdict {
  const { language, matches, query } = evalCase
  const wanted = language ?? matches
  const show = language === undefined ? showMatches : showBareMatches
  const expected = wanted === undefined ? 'evaluation' : show(wanted === 'all' ? everything(traces) : wanted)
  return judge(expected, search(query, traces, show))
}

function everything(traces: readonly Trace[]): readonly Match[] {
  return traces.map(({ traceId, spans }) => ({
    traceId,
    spansets: [{ spanIds: spans.map((span) => span.spanId) }],
  }))
}

function search(query: string, traces: readonly Trace[], show: typeof showMatches): string {
  try {
    const program = compile(check(parse(query)))
    if (program.kind !== 'search') return program.kind
    return show(
      traces
        .map((trace) => ({ traceId: trace.traceId, spansets: program.evaluate(trace) }))
        .filter(({ spansets }) => spansets.length > 0)
        .map(({ traceId, spansets }) => ({
          traceId,
          spansets: spansets.map(({ spans, attributes }) => ({
            spanIds: spans.map((span) => span.spanId),
            attributes: Object.fromEntries([...attributes].map(([name, value]) => [name, toTyped(value)])),
          })),
        })),
    )
  } catch (error) {
    return error instanceof TraceqlError ? error.stage : `crash: ${String(error)}`
  }
}

/** The value with its type, as the data writes it. */
export function toTyped(value: AttributeValue): TypedValue {
  if (typeof value === 'string') return { string: value }
  if (typeof value === 'bigint') return { int: value.toString() }
  if (typeof value === 'number') return { double: value }
  if (typeof value === 'boolean') return { bool: value }
  return Array.isArray(value) ? { array: value.map(toTyped) } : { string: 'no value' }
}

function showBareMatches(matches: readonly Match[]): string {
  return showMatches(
    matches.map(({ traceId, spansets }) => ({
      traceId,
      spansets: spansets.map(({ spanIds }) => ({ spanIds })),
    })),
  )
}

function showMatches(matches: readonly Match[]): string {
  return matches
    .map(({ traceId, spansets }) => `${traceId} ${spansets.map(showSpanset).sort().join(' | ')}`)
    .sort()
    .join('\n')
}

function showSpanset({ spanIds, attributes = {} }: Match['spansets'][number]): string {
  return `${[...spanIds].sort().join(',')} ${showLabels(attributes)}`
}

/** Labels in one order, as a text. */
export function showLabels(labels: Readonly<Record<string, TypedValue>>): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(' ')
}
