import { describe, expect, it } from 'vitest'
import type { Anomaly } from '../model/anomaly.js'
import type { Answers, CountQuestion, Question } from '../model/question.js'
import type { Freshness } from '../model/source.js'
import { SourceError } from '../model/source-error.js'
import { createCheck, toSourceError } from './check.js'
import type { Rule } from './rule.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const FRESH: Freshness = { lagMs: 15_000, known: true }
const WINDOW = { start: T0 - 60_000, end: T0 }
const { signal } = new AbortController()

const answers: Answers = {
  search: () => {
    throw new Error('not asked here')
  },
  count: () => {
    throw new Error('not asked here')
  },
}

const question = (filter: string): CountQuestion => ({ kind: 'count', filter, window: { start: 0, end: 1 } })

const found = (affectedTraces: number): Anomaly => ({
  type: 'high_error_rate',
  at: T0,
  affectedTraces,
  totalTraces: 100,
  sampled: false,
})

interface RuleParts {
  readonly questions?: readonly Question[]
  readonly anomalies?: readonly Anomaly[]
  readonly throws?: unknown
}

function createRule({ questions = [], anomalies = [], throws }: RuleParts): Rule {
  return {
    type: 'high_error_rate',
    detector: {
      ask: () => questions,
      measure: () => {
        if (throws !== undefined) throw throws
        return { kind: 'share', affected: 0, total: 0, window: WINDOW, sampled: false }
      },
    },
    judge: () => anomalies,
  }
}

const checkWith = (...rules: RuleParts[]) =>
  createCheck({ rules: rules.map(createRule), freshness: async () => FRESH, query: async () => answers })

describe('createCheck', () => {
  it('asks the questions of all rules together, and has each judge the answers', async () => {
    const seen: unknown[] = []
    const rule = (filter: string): Rule => ({
      type: 'high_error_rate',
      detector: {
        ask: (...args) => {
          seen.push(['ask', filter, ...args])
          return [question(filter)]
        },
        measure: (...args) => {
          seen.push(['measure', filter, ...args])
          return { kind: 'share', affected: 1, total: 2, window: WINDOW, sampled: false }
        },
      },
      judge: (...args) => {
        seen.push(['judge', filter, ...args])
        return []
      },
    })
    const check = createCheck({
      rules: [rule('{}'), rule('{status=error}')],
      freshness: async (...args) => {
        seen.push(['freshness', ...args])
        return FRESH
      },
      query: async (...args) => {
        seen.push(['query', ...args])
        return answers
      },
    })
    const measured = { kind: 'share', affected: 1, total: 2, window: WINDOW, sampled: false }
    expect(await check(T0, signal)).toEqual({
      at: T0,
      anomalies: [],
      failures: [],
      measures: new Map([['high_error_rate', measured]]),
    })
    expect(seen).toEqual([
      ['freshness', T0, signal],
      ['ask', '{}', T0, FRESH],
      ['ask', '{status=error}', T0, FRESH],
      ['query', [question('{}'), question('{status=error}')], signal],
      ['measure', '{}', answers, T0],
      ['judge', '{}', measured, T0],
      ['measure', '{status=error}', answers, T0],
      ['judge', '{status=error}', measured, T0],
    ])
  })

  it('gives the anomalies of all rules, in the order of the rules', async () => {
    const check = checkWith({ anomalies: [found(1), found(2)] }, {}, { anomalies: [found(3)] })
    expect((await check(T0, signal)).anomalies).toEqual([found(1), found(2), found(3)])
  })

  it('finds nothing where there are no rules', async () => {
    expect(await checkWith()(T0, signal)).toEqual({
      at: T0,
      anomalies: [],
      failures: [],
      measures: new Map(),
    })
  })

  it('lets the other rules judge where one failed', async () => {
    const failure = new SourceError('Tempo API error: 503', { reason: 'transient', hint: 'wait' })
    const check = checkWith({ anomalies: [found(1)] }, { throws: failure }, { anomalies: [found(2)] })
    expect(await check(T0, signal)).toMatchObject({
      at: T0,
      anomalies: [found(1), found(2)],
      failures: [failure],
    })
  })

  it('tells the same failure once, and every other one', async () => {
    const failure = (message: string) => new SourceError(message, { reason: 'transient' })
    const check = checkWith(
      { throws: failure('one') },
      { throws: failure('one') },
      { throws: failure('two') },
    )
    expect((await check(T0, signal)).failures.map(({ message }) => message)).toEqual(['one', 'two'])
  })

  it('loses no anomaly to a rule that has a fault of its own', async () => {
    const check = checkWith({ anomalies: [found(1)] }, { throws: new TypeError('x is not a function') })
    expect(await check(T0, signal)).toMatchObject({
      anomalies: [found(1)],
      failures: [{ name: 'SourceError', reason: 'failed', message: 'x is not a function' }],
    })
  })

  it('rejects where it was aborted', async () => {
    const aborted = AbortSignal.abort(new Error('stopped'))
    const check = createCheck({
      rules: [createRule({})],
      freshness: async () => FRESH,
      query: async (_, given) => {
        given.throwIfAborted()
        return answers
      },
    })
    await expect(check(T0, aborted)).rejects.toThrow('stopped')
  })
})

describe('toSourceError', () => {
  it('leaves a SourceError as it is', () => {
    const error = new SourceError('Tempo API error: 503', { reason: 'transient', hint: 'wait' })
    expect(toSourceError(error)).toBe(error)
  })

  it.each([
    [new RangeError('out of range'), 'out of range'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [42, '42'],
  ])('makes one of %j', (thrown, message) => {
    expect(toSourceError(thrown)).toMatchObject({
      name: 'SourceError',
      message,
      reason: 'failed',
      cause: thrown,
    })
  })
})
