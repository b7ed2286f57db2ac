import { describe, expect, it } from 'vitest'
import type { Answer, RangeQuestion, SearchQuestion, Series } from '../model/question.js'
import type { Source } from '../model/source.js'
import { SourceError } from '../model/source-error.js'
import type { TraceMatch } from '../model/trace-match.js'
import { createMetrics } from '../telemetry/metrics.js'
import { createPlanner } from './planner.js'

const WINDOW = { start: 0, end: 60_000 }
const signal = new AbortController().signal

function match(id: string, durationMs: number): TraceMatch {
  return {
    traceId: id.padStart(32, '0'),
    rootServiceName: 'shop',
    rootSpanName: 'GET /',
    failedServices: [],
    start: 1000,
    durationMs,
  }
}

function answer<T>(items: readonly T[], completeness: Answer<T>['completeness'] = 'complete'): Answer<T> {
  return { items, completeness, coverage: WINDOW, asOf: 60_000 }
}

function series(id: string, ...values: number[]): Series {
  return {
    labels: new Map([['trace:id', id]]),
    samples: values.map((value, index) => ({ at: (index + 1) * 15_000, value })),
  }
}

interface Script {
  search?: (question: SearchQuestion) => Answer<TraceMatch>
  queryRange?: (question: RangeQuestion) => Answer<Series>
}

/** A source that answers from a script and keeps what it was asked. */
function scripted({ search, queryRange }: Script) {
  const asked: string[] = []
  const source: Source = {
    search: async (question) => {
      asked.push(`search ${question.query ?? '(all)'}`)
      return search === undefined ? answer([]) : search(question)
    },
    queryRange: async (question) => {
      asked.push(`range ${question.query} ${question.window.start / 1000}-${question.window.end / 1000}`)
      return queryRange === undefined ? answer([]) : queryRange(question)
    },
    freshness: async () => ({ lagMs: 0, known: true }),
  }
  const metrics = createMetrics()
  return { query: createPlanner({ source, metrics }), asked, metrics }
}

const slow: SearchQuestion = {
  kind: 'search',
  query: '{ traceDuration >= 1001ms }',
  window: WINDOW,
  judge: ({ durationMs }) => durationMs > 1000,
  budget: 8,
}
const failed: SearchQuestion = { kind: 'search', query: '{status=error}', window: WINDOW, budget: 8 }
const count = { kind: 'count', filter: '{}', window: WINDOW } as const
const COUNT_QUERY = 'range {} | count_over_time() by (trace:id) with (exemplars=false)'

describe('a search that can be judged on the bare match', () => {
  it('is answered from one page of all traces, where that holds them all', async () => {
    const { query, asked } = scripted({ search: () => answer([match('1', 20), match('2', 1500)]) })
    const answers = await query([slow], signal)
    expect(answers.search(slow).items).toEqual([match('2', 1500)])
    expect(asked).toEqual(['search (all)'])
  })

  it('is asked in its own words where the page does not hold them all', async () => {
    const { query, asked } = scripted({
      search: ({ query: text }) =>
        text === undefined ? answer([match('1', 20)], 'partial') : answer([match('2', 1500)]),
    })
    const answers = await query([slow], signal)
    expect(answers.search(slow)).toMatchObject({ items: [match('2', 1500)], completeness: 'complete' })
    expect(asked).toEqual(['search (all)', 'search { traceDuration >= 1001ms }'])
  })

  it('shares the page with others of the same window', async () => {
    const other = {
      ...slow,
      query: '{ traceDuration >= 11ms }',
      judge: (each: TraceMatch) => each.durationMs > 10,
    }
    const { query, asked } = scripted({ search: () => answer([match('1', 20), match('2', 1500)]) })
    const answers = await query([slow, other], signal)
    expect(answers.search(other).items).toHaveLength(2)
    expect(asked).toEqual(['search (all)'])
  })
})

describe('questions that are the same', () => {
  it('are asked once', async () => {
    const { query, asked } = scripted({})
    await query([failed, { ...failed }, count, { ...count }], signal)
    expect(asked).toEqual(['search {status=error}', `${COUNT_QUERY} 0-60`])
  })
})

describe('a count', () => {
  it('is the distinct traces that have a sample above zero', async () => {
    const { query } = scripted({
      queryRange: () => answer([series('a', 0, 2), series('b', 0, 0), series('000a', 1)]),
    })
    const answers = await query([count], signal)
    expect(answers.count(count)).toMatchObject({ items: ['a'.padStart(32, '0')], completeness: 'complete' })
  })

  it('is asked in halves of whole steps where an answer was cut', async () => {
    const { query, asked } = scripted({
      queryRange: ({ window }) =>
        window.end - window.start > 30_000
          ? answer([series('9', 1)], 'partial')
          : answer([series(`${window.end}`, 1)]),
    })
    const answers = await query([count], signal)
    expect(answers.count(count)).toMatchObject({ completeness: 'complete' })
    expect(answers.count(count).items).toHaveLength(3)
    expect(asked).toEqual([`${COUNT_QUERY} 0-60`, `${COUNT_QUERY} 30-60`, `${COUNT_QUERY} 0-30`])
  })

  it('is a sample where one step alone is cut, and that is counted', async () => {
    const { query, metrics } = scripted({ queryRange: () => answer([series('a', 1)], 'partial') })
    const answers = await query([count], signal)
    expect(answers.count(count).completeness).toBe('partial')
    expect(await metrics.sampledAnswers.get()).toMatchObject({ values: [{ value: 1 }] })
  })

  it.each(['unsupported', 'rejected', 'failed', 'invalid'] as const)(
    'falls back to searching where metrics are %s',
    async (reason) => {
      const { query, asked } = scripted({
        queryRange: () => {
          throw new SourceError('no metrics here', { reason })
        },
        search: () => answer([match('1', 20)]),
      })
      const answers = await query([count], signal)
      expect(answers.count(count).items).toEqual(['1'.padStart(32, '0')])
      expect(asked).toEqual([`${COUNT_QUERY} 0-60`, 'search {}'])
    },
  )

  it('counts all in the same way: what falls back takes the others with it', async () => {
    const errors = { ...count, filter: '{status=error}' }
    const { query, asked } = scripted({
      queryRange: ({ query: text }) => {
        if (text.startsWith('{status')) throw new SourceError('broken', { reason: 'failed' })
        return answer([series('a', 1)])
      },
      search: () => answer([match('1', 20), match('2', 20)]),
    })
    const answers = await query([count, errors], signal)
    expect(answers.count(count).items).toHaveLength(2)
    expect(answers.count(errors).items).toHaveLength(2)
    expect(asked.slice(-2)).toEqual(['search {}', 'search {status=error}'])
  })

  it('is refused where a series does not name its trace', async () => {
    const { query } = scripted({ queryRange: () => answer([series('nil', 1)]), search: () => answer([]) })
    const answers = await query([count], signal)
    expect(answers.count(count).items).toEqual([])
  })

  it('fails where the source is out of reach, and asks no more of it', async () => {
    const { query, asked } = scripted({
      queryRange: () => {
        throw new SourceError('away', { reason: 'transient' })
      },
    })
    const answers = await query([count], signal)
    expect(() => answers.count(count)).toThrow('away')
    expect(asked).toHaveLength(1)
  })
})

describe('a question that fails', () => {
  it('stops no other', async () => {
    const { query } = scripted({
      search: ({ query: text }) => {
        if (text === '{status=error}') throw new SourceError('Tempo API error: 400', { reason: 'rejected' })
        return answer([match('2', 1500)])
      },
    })
    const answers = await query([failed, slow], signal)
    expect(() => answers.search(failed)).toThrow('Tempo API error: 400')
    expect(answers.search(slow).items).toHaveLength(1)
  })

  it('is a fault of the planner where it was never asked', async () => {
    const answers = await scripted({}).query([], signal)
    expect(() => answers.search(failed)).toThrow('had not been asked')
  })
})
