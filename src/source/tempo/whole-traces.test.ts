import { describe, expect, it } from 'vitest'
import type { FoundTrace } from '../../model/question.js'
import type { Trace } from '../../model/trace.js'
import { parseTraceId, type TraceId } from '../../model/trace-id.js'
import type { PageQuestion } from './page.js'
import { lookUpTraces, type TraceLookUp } from './whole-traces.js'

const idOf = (number: number): TraceId => number.toString(16).padStart(32, '0')
const ids = (count: number): readonly TraceId[] =>
  Array.from({ length: count }, (_, index) => idOf(index + 1))
const traceOf = (traceId: TraceId): Trace => ({ traceId, spans: [] })

function foundOf(traceId: TraceId, isCut = false): FoundTrace {
  const match = {
    traceId,
    rootServiceName: undefined,
    rootSpanName: undefined,
    start: 0,
    durationMs: 0,
    failedServices: [],
  }
  return { match, trace: traceOf(traceId), isCut, mayBeInParts: false }
}

const idsIn = ({ query = '' }: PageQuestion<FoundTrace>): readonly TraceId[] =>
  [...query.matchAll(/trace:id = "([0-9a-f]+)"/g)].map(([, id = '']) => parseTraceId(id) ?? '')

/** Knows every trace, and tells at most so many a page. */
function knowAll({ most = 1000, cut = [] as readonly TraceId[], large = [] as readonly TraceId[] } = {}) {
  const asked: string[] = []
  const lookUp: TraceLookUp = {
    ask: async (question) => {
      const wanted = idsIn(question)
      asked.push(`${wanted.length}`)
      const told = wanted.slice(0, most).map((id) => foundOf(id, cut.includes(id)))
      return {
        found: new Map(told.map((each) => [each.trace.traceId, each])),
        limit: Math.min(most, question.firstLimit),
      }
    },
    askById: async (id) => {
      asked.push(`id ${Number.parseInt(id, 16)}`)
      return traceOf(id)
    },
    isLarge: (id) => large.includes(id),
  }
  return { asked, lookUp }
}

describe('whole traces', () => {
  it('are asked for many at a time', async () => {
    const { asked, lookUp } = knowAll()
    const found = await lookUpTraces({ ids: ids(400), fields: ['span.a'], budget: 10 }, lookUp)
    expect(asked).toEqual(['100', '150', '150'])
    expect(found.traces).toHaveLength(400)
    expect(found.complete).toBe(true)
  })

  it('are asked for fewer at a time where a page is full', async () => {
    const { asked, lookUp } = knowAll({ most: 30 })
    const found = await lookUpTraces({ ids: ids(50), fields: [], budget: 10 }, lookUp)
    expect(asked).toEqual(['50', '25', '25'])
    expect(found.traces).toHaveLength(50)
  })

  it('are asked for by their ids where they are large, were cut, or have events that matter', async () => {
    const large = knowAll({ large: [idOf(2)], cut: [idOf(3)] })
    await lookUpTraces({ ids: ids(4), fields: [], budget: 10 }, large.lookUp)
    expect(large.asked).toEqual(['3', 'id 3', 'id 2'])
    const withEvents = knowAll()
    const found = await lookUpTraces({ ids: ids(2), fields: ['event:name'], budget: 10 }, withEvents.lookUp)
    expect(withEvents.asked.toSorted()).toEqual(['id 1', 'id 2'])
    expect(found.traces).toHaveLength(2)
  })

  it('are not all told beyond the budget', async () => {
    const { lookUp, asked } = knowAll()
    const some = await lookUpTraces({ ids: ids(500), fields: [], budget: 2 }, lookUp)
    expect(some.complete).toBe(false)
    expect(asked).toHaveLength(2)
    const alone = await lookUpTraces({ ids: ids(5), fields: ['event:name'], budget: 3 }, lookUp)
    expect(alone.complete).toBe(false)
    expect(alone.traces).toHaveLength(3)
  })

  it('are none where there are no ids', async () => {
    const { lookUp, asked } = knowAll()
    expect(await lookUpTraces({ ids: [], fields: [], budget: 2 }, lookUp)).toEqual({
      traces: [],
      complete: true,
    })
    expect(asked).toEqual([])
  })
})
