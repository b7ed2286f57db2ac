import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchRule, metricRule } from '../../../../test/build-rule.js'
import { buildSpan } from '../../../../test/conformance/traceql/build-trace.js'
import { createTestSpanSource } from '../../../../test/span-source.js'
import type { AlertingRule } from '../../../model/alerting-rule.js'
import type { RuleMeasure } from '../../../model/rule-sample.js'
import type { SpanSource } from '../../../model/source.js'
import { SourceError } from '../../../model/source-error.js'
import type { Span } from '../../../model/span.js'
import { MINUTE_MS, SECOND_MS, toUnixNano, type Interval, type Timestamp } from '../../../model/time.js'
import type { Trace } from '../../../model/trace.js'
import { createMeasureAtSource } from '../measure-at-source.js'

const AT = Date.UTC(2026, 10, 24, 8, 44)
const LATENESS_MS = 2 * MINUTE_MS
const { signal } = new AbortController()

/** A span, and when it comes, in milliseconds after `AT`. */
interface Arrival {
  readonly trace: number
  readonly isRoot: boolean
  readonly isFailed: boolean
  readonly startMs: number
  readonly durationMs: number
  readonly atMs: number
}

const idOf = (number: number, digits: number): string => (number + 1).toString(16).padStart(digits, '0')

function toSpan({ trace, isRoot, isFailed, startMs, durationMs }: Arrival, number: number): Span {
  return buildSpan({
    traceId: idOf(trace, 32),
    spanId: isRoot ? idOf(trace, 16) : idOf(1000 + number, 16),
    parentSpanId: isRoot ? undefined : idOf(trace, 16),
    startTimeUnixNano: toUnixNano(AT + startMs),
    endTimeUnixNano: toUnixNano(AT + startMs + durationMs),
    status: { code: isFailed ? 'error' : 'unset', message: '' },
  })
}

/** What has come by then, in the parts in which it came. */
function partsBy(arrivals: readonly Arrival[], atMs: number): readonly Trace[] {
  const parts = new Map<string, Span[]>()
  arrivals.forEach((arrival, number) => {
    if (arrival.atMs > atMs) return
    const key = `${arrival.trace} ${arrival.atMs}`
    parts.set(key, [...(parts.get(key) ?? []), toSpan(arrival, number)])
  })
  return Array.from(parts.values(), (spans) => ({ traceId: spans[0]?.traceId ?? '', spans }))
}

/** What a source does at an evaluation: all is well, it cannot count, tells a part of the counts, or does not answer. */
type Mood = 'well' | 'uncounted' | 'partly' | 'down'

interface Story {
  readonly arrivals: readonly Arrival[]
  readonly rules: readonly AlertingRule[]
  /** One for each evaluation. */
  readonly moods: readonly Mood[]
  readonly everyMs: number
}

const refuse = (reason: SourceError['reason']) => () => Promise.reject(new SourceError('no', { reason }))

const DOWN: SpanSource = {
  search: refuse('transient'),
  searchSpans: refuse('transient'),
  wholeTraces: refuse('transient'),
  tracesInParts: refuse('transient'),
  queryRange: refuse('transient'),
  freshness: async () => ({ lagMs: 0, known: true }),
}

/** The source in a mood, which notes what was searched for the spans of rules. */
function inMood(source: SpanSource, mood: Mood, searched: Interval[]): SpanSource {
  if (mood === 'down') return DOWN
  const queryRange: SpanSource['queryRange'] = async (question, abort) => {
    const answer = await source.queryRange(question, abort)
    return mood === 'partly' ? { ...answer, completeness: 'partial' } : answer
  }
  return {
    ...source,
    queryRange: mood === 'uncounted' ? refuse('failed') : queryRange,
    searchSpans: async (question, abort) => {
      if (!question.query.includes('duration > 120s')) searched.push(question.window)
      return source.searchSpans(question, abort)
    },
  }
}

/** What each evaluation measures, and what was searched; `isBlind` where the source never counts, so that all is searched. */
async function tell({ arrivals, rules, moods, everyMs }: Story, isBlind: boolean) {
  const held: Trace[] = []
  const searched: Interval[] = []
  const inner = createTestSpanSource({ parts: held })
  let source: SpanSource = inner
  const measure = createMeasureAtSource({ source: standIn(() => source), latenessMs: LATENESS_MS })
  const told: unknown[] = []
  for (const [index, mood] of moods.entries()) {
    const atMs = (index + 1) * everyMs
    held.splice(0, held.length, ...partsBy(arrivals, atMs))
    source = inMood(inner, isBlind && mood !== 'down' ? 'uncounted' : mood, searched)
    told.push((await measure(rules, AT + atMs, signal)).map(shown))
  }
  return { told, searched, asked: inner.asked }
}

function standIn(source: () => SpanSource): SpanSource {
  return {
    search: (...given) => source().search(...given),
    searchSpans: (...given) => source().searchSpans(...given),
    wholeTraces: (...given) => source().wholeTraces(...given),
    tracesInParts: (...given) => source().tracesInParts(...given),
    queryRange: (...given) => source().queryRange(...given),
    freshness: (...given) => source().freshness(...given),
  }
}

function shown(measured: RuleMeasure | SourceError): unknown {
  if (measured instanceof SourceError) return measured.reason
  const { completeness, lateTraces, samples } = measured
  const values = samples.map(({ labels, value, exemplars }) =>
    JSON.stringify([[...labels], value, exemplars.map(({ traceId }) => traceId).sort()]),
  )
  return { completeness, lateTraces, samples: values.sort() }
}

const RULES = [
  matchRule('{ status = error }', { groupBy: [] }),
  matchRule('{ status = error }', { groupBy: ['trace:id'], windowMs: 30_000 }),
  matchRule('{ } | count() > 1', { groupBy: [] }),
  matchRule('{ status = unset } >> { status = error }', { groupBy: [], windowMs: 90_000 }),
  matchRule('{ duration > 40s }', { groupBy: [] }),
]

const root = (trace: number, startMs: number, parts: Partial<Arrival> = {}): Arrival => {
  const durationMs = parts.durationMs ?? 10
  const isFailed = true
  return { trace, isRoot: true, isFailed, startMs, durationMs, atMs: startMs + durationMs, ...parts }
}

const well = (count: number): readonly Mood[] => Array.from({ length: count }, () => 'well')

function starts(searched: readonly Interval[], everyMs: number): readonly number[] {
  return searched.map(({ start }, index) => (start - AT - index * everyMs) / SECOND_MS)
}

describe('traces that come late', () => {
  const [failed] = RULES
  const story = (arrivals: readonly Arrival[]): Story => ({
    arrivals,
    rules: failed === undefined ? [] : [failed],
    moods: well(5),
    everyMs: MINUTE_MS,
  })
  const inTime = Array.from({ length: 20 }, (_, index) => root(index, index * 15_000 + 1))

  it('are not searched for where none came', async () => {
    const { told, searched } = await tell(story(inTime), false)
    expect(starts(searched, MINUTE_MS)).toEqual([0, 0, 0, 0, 0])
    expect(told).toEqual((await tell(story(inTime), true)).told)
  })

  it('are searched for from the second in which they start, once', async () => {
    const arrivals = [...inTime, root(50, 50_400, { atMs: 130_000 })]
    const { told, searched } = await tell(story(arrivals), false)
    expect(starts(searched, MINUTE_MS)).toEqual([0, 0, -70, 0, 0])
    expect(told[2]).toMatchObject([{ lateTraces: 1 }])
  })

  it('are searched for where they started too long ago to be counted', async () => {
    const arrivals = [...inTime, root(50, -400_000, { durationMs: 450_400, atMs: 130_000 })]
    const { told, searched } = await tell(story(arrivals), false)
    expect(starts(searched, MINUTE_MS)).toEqual([0, 0, -120, 0, 0])
    expect(told[2]).toMatchObject([{ lateTraces: 1 }])
  })

  it('are asked about once for rules of all windows, and not for metric rules alone', async () => {
    const counts = async (rules: readonly AlertingRule[]): Promise<number> => {
      const { asked } = await tell({ ...story(inTime), rules, moods: ['well'] }, false)
      return asked.filter(({ kind, text }) => kind === 'range' && text.includes('> 0 with')).length
    }
    expect([await counts(RULES), await counts([metricRule('{ } | rate() > 1')])]).toEqual([1, 0])
  })

  it('are not asked about for ten minutes where the source refuses to count', async () => {
    let refused = 0
    const inner = createTestSpanSource({ parts: [] })
    const queryRange = () => {
      refused += 1
      return refuse('rejected')()
    }
    const measure = createMeasureAtSource({ source: { ...inner, queryRange }, latenessMs: LATENESS_MS })
    const moments: readonly Timestamp[] = [0, 1, 5, 9, 10, 11, 21].map((minute) => AT + minute * MINUTE_MS)
    for (const at of moments) await measure(RULES, at, signal)
    expect(refused).toBe(3)
  })
})

describe('what is found by signs of late spans', () => {
  const spanOf = fc.record({
    trace: fc.integer({ min: 0, max: 12 }),
    isRoot: fc.boolean(),
    isFailed: fc.boolean(),
    startMs: fc.integer({ min: -5 * MINUTE_MS, max: 6 * MINUTE_MS }),
    durationMs: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 4 * MINUTE_MS })),
    atMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100_000 })),
  })
  const arrivals = fc
    .uniqueArray(spanOf, {
      maxLength: 30,
      selector: ({ trace, isRoot, startMs }) => (isRoot ? `${trace}` : `${trace} ${startMs}`),
    })
    .map((spans) => spans.map((span) => ({ ...span, atMs: span.startMs + span.durationMs + span.atMs })))
  const moods = fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constant<Mood>('well') },
      { weight: 1, arbitrary: fc.constantFrom<Mood>('uncounted', 'partly', 'down') },
    ),
    { minLength: 6, maxLength: 12 },
  )

  it('is what is found where everything is searched again, whatever comes and fails', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, moods, fc.constantFrom(15_000, 30_000, 60_000), async (...given) => {
        const [each, felt, everyMs] = given
        const story = { arrivals: each, rules: RULES, moods: felt, everyMs }
        expect((await tell(story, false)).told).toEqual((await tell(story, true)).told)
      }),
      { numRuns: 100 },
    )
  })
})
