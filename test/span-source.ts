import type { Answer, FoundTrace, Series } from '../src/model/question.js'
import type { SpanSource } from '../src/model/source.js'
import type { SourceError } from '../src/model/source-error.js'
import type { Span } from '../src/model/span.js'
import { toUnixNano, type Interval } from '../src/model/time.js'
import { toTraceMatch } from '../src/model/to-trace-match.js'
import { findExtent, type Trace } from '../src/model/trace.js'
import type { TraceId } from '../src/model/trace-id.js'
import type { TraceMatch } from '../src/model/trace-match.js'
import { check, compile, parse, parseField, type Field } from '../src/traceql/index.js'

/** What a source was asked, in order. */
export interface AskedOf {
  readonly kind: 'search' | 'spans' | 'whole' | 'parts' | 'range'
  /** The query; of whole traces how many, of parts nothing. */
  readonly text: string
}

export interface TestSpanSourceOptions {
  /** Parts of traces, each of which the source judges by itself. */
  readonly parts: readonly Trace[]
  readonly lagMs?: number
  /** What goes wrong with a query. */
  readonly failure?: (text: string) => SourceError | undefined
  /** The most traces that an answer tells. */
  readonly mostTraces?: number
  /** The most series that an answer tells. */
  readonly mostSeries?: number
}

export interface TestSpanSource extends SpanSource {
  readonly asked: readonly AskedOf[]
}

/**
 * A source in memory that holds traces in parts, judges them one by one and keeps the larger part of what it finds, as a
 * Tempo does, but understands TraceQL as it is meant. It tells no more of a span than it is asked for.
 */
export function createTestSpanSource(options: TestSpanSourceOptions): TestSpanSource {
  const { parts, lagMs = 0, failure = () => undefined } = options
  const { mostTraces = Number.POSITIVE_INFINITY, mostSeries = Number.POSITIVE_INFINITY } = options
  const asked: AskedOf[] = []

  function note(kind: AskedOf['kind'], text: string): void {
    asked.push({ kind, text })
    const error = failure(text)
    if (error !== undefined) throw error
  }

  function answer<T>(items: readonly T[], coverage: Interval, most: number): Answer<T> {
    const isCut = items.length > most
    return {
      items: isCut ? items.slice(0, most) : items,
      coverage,
      completeness: isCut ? 'partial' : 'complete',
      asOf: coverage.end,
    }
  }

  const within = (window: Interval): readonly Trace[] => parts.filter((part) => isWithin(part, window))

  return {
    asked,
    freshness: async () => ({ lagMs, known: true }),

    search: async ({ query = '{ }', window, enough }) => {
      note('search', query)
      const found = within(window).filter((part) => spansOf(query, part).length > 0)
      const matches = new Map(found.map((part) => [part.traceId, toTraceMatch(part)]))
      return answer([...matches.values()], window, Math.min(mostTraces, enough ?? mostTraces))
    },

    searchSpans: async ({ query, fields, window, inParts }) => {
      note('spans', query)
      const found = new Map<TraceId, FoundTrace>()
      for (const part of within(window)) {
        const spans = spansOf(query, part)
        const known = found.get(part.traceId)
        if (spans.length === 0) continue
        if (known === undefined) found.set(part.traceId, toFound(part, spans, fields, inParts))
        else found.set(part.traceId, mergeFound(known, toFound(part, spans, fields, inParts), inParts))
      }
      return answer([...found.values()], window, mostTraces)
    },

    wholeTraces: async ({ ids, fields, window }) => {
      note('whole', String(ids.length))
      const wanted = new Set(ids)
      const known = within(window).filter(({ traceId }) => wanted.has(traceId))
      const all = [...fields, 'name', 'kind', 'span:parentID', 'resource.service.name'].map(parseField)
      return answer(
        joinParts(known).map((trace) => ({ ...trace, spans: trace.spans.map((span) => reduce(span, all)) })),
        window,
        mostTraces,
      )
    },

    tracesInParts: async (window, limit) => {
      note('parts', '')
      const suspects = within(window).filter((part) => !isRooted(part))
      const matches = new Map(suspects.map((part) => [part.traceId, toTraceMatch(part)]))
      return answer<TraceMatch>([...matches.values()], window, limit)
    },

    queryRange: async ({ query, window, stepMs }) => {
      note('range', query)
      return answer(rangeOf(query, within(window), window, stepMs), window, mostSeries)
    },
  }
}

/** The window includes both ends, as a search of Tempo does. */
function isWithin(part: Trace, window: Interval): boolean {
  const { start, end } = findExtent(part)
  return start <= toUnixNano(window.end) && end >= toUnixNano(window.start)
}

function spansOf(query: string, part: Trace): readonly Span[] {
  const program = compile(check(parse(query)))
  if (program.kind !== 'search') throw new Error(`${query} is no search`)
  return [...new Set(program.evaluate(part).flatMap(({ spans }) => spans))]
}

function toFound(
  part: Trace,
  spans: readonly Span[],
  fields: readonly string[],
  inParts: boolean,
): FoundTrace {
  const wanted = fields.map(parseField)
  const told = spans.map((span) => reduce(span, wanted))
  return {
    match: toTraceMatch(part),
    trace: { traceId: part.traceId, spans: told },
    isCut: false,
    mayBeInParts: inParts && !isRooted({ ...part, spans }, part),
  }
}

/** Where parts are not told apart, only the larger one is kept. */
function mergeFound(one: FoundTrace, other: FoundTrace, inParts: boolean): FoundTrace {
  if (!inParts) return other.trace.spans.length > one.trace.spans.length ? other : one
  const spans = [...one.trace.spans, ...other.trace.spans]
  return { ...one, trace: { ...one.trace, spans }, mayBeInParts: one.mayBeInParts || other.mayBeInParts }
}

/** Whether a root leads to each of these spans, as far as the part knows. */
function isRooted({ spans }: Trace, part: Trace = { traceId: '', spans }): boolean {
  const byId = new Map(part.spans.map((span) => [span.spanId, span]))
  const hasRoot = (span: Span | undefined, depth = 0): boolean =>
    span !== undefined &&
    depth <= part.spans.length &&
    (span.parentSpanId === undefined || hasRoot(byId.get(span.parentSpanId), depth + 1))
  return spans.every((span) => hasRoot(span))
}

function joinParts(parts: readonly Trace[]): readonly Trace[] {
  const traces = new Map<TraceId, Span[]>()
  for (const { traceId, spans } of parts) {
    const known = traces.get(traceId)
    if (known === undefined) traces.set(traceId, [...spans])
    else known.push(...spans)
  }
  return Array.from(traces, ([traceId, spans]) => ({ traceId, spans }))
}

/** The span with these fields only, and its id and times, which every answer tells. */
function reduce(span: Span, fields: readonly Field[]): Span {
  const has = (name: string): boolean =>
    fields.some((field) => field.kind === 'Intrinsic' && field.name === name)
  const pick = (attributes: Span['attributes'], ...scopes: readonly string[]): Span['attributes'] => {
    const names = new Set(
      fields.flatMap((field) =>
        field.kind === 'Attribute' && scopes.includes(field.scope) ? [field.name] : [],
      ),
    )
    return new Map([...attributes].filter(([name]) => names.has(name)))
  }
  const hasItems = fields.some(
    (field) => field.name.startsWith('event:') || ('scope' in field && field.scope === 'event'),
  )
  return {
    ...span,
    parentSpanId: has('span:parentID') ? span.parentSpanId : undefined,
    name: has('name') ? span.name : '',
    kind: has('kind') ? span.kind : 'unspecified',
    attributes: pick(span.attributes, 'span', 'none'),
    events: hasItems ? span.events : [],
    status: {
      code: has('status') ? span.status.code : 'unset',
      message: has('statusMessage') ? span.status.message : '',
    },
    resource: { attributes: pick(span.resource.attributes, 'resource', 'none') },
    scope: {
      name: has('instrumentation:name') ? span.scope.name : '',
      version: has('instrumentation:version') ? span.scope.version : '',
      attributes: pick(span.scope.attributes, 'instrumentation'),
    },
  }
}

function rangeOf(
  query: string,
  parts: readonly Trace[],
  window: Interval,
  stepMs: number,
): readonly Series[] {
  const program = compile(check(parse(query)))
  if (program.kind === 'search') throw new Error(`${query} is no metrics query`)
  const evaluation = program.start({ mode: 'range', ...window, stepMs })
  for (const part of parts) evaluation.add(part)
  return evaluation.answer().series.map(({ labels, samples, exemplars }) => ({
    labels: new Map([...labels].map(([name, value]) => [name, String(value)])),
    samples: samples.filter(({ at }) => at > window.start && at <= window.end),
    exemplars: exemplars.map(({ traceId, at, value }) => ({ traceId, at, value })),
  }))
}
