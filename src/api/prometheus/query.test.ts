import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PrometheusError } from './prometheus-error.js'
import { answerQuery } from './query.js'

const NOW = Date.UTC(2026, 10, 24, 8, 44)

const ask = (params: Readonly<Record<string, string>>) => answerQuery(new URLSearchParams(params), NOW)

describe('answerQuery', () => {
  it.each([
    ['1+1', '2'],
    ['1 + 1', '2'],
    ['  7 ', '7'],
    ['1+2+3', '6'],
    ['999999999+1', '1000000000'],
  ])('answers %j with the scalar %s', (query, value) => {
    expect(ask({ query, time: '1700000000.5' })).toEqual({
      resultType: 'scalar',
      result: [1_700_000_000.5, value],
    })
  })

  it.each(['vector(1)', 'vector( 1 )', ' vector(1)'])('answers %j with a vector', (query) => {
    expect(ask({ query, time: '1700000000' })).toEqual({
      resultType: 'vector',
      result: [{ metric: {}, value: [1_700_000_000, '1'] }],
    })
  })

  it.each([
    ['1700000000', 1_700_000_000],
    ['1700000000.123', 1_700_000_000.123],
    ['2023-11-14T22:13:20Z', 1_700_000_000],
    ['2023-11-14T23:13:20.5+01:00', 1_700_000_000.5],
    ['', NOW / 1000],
  ])('takes the time %j', (time, at) => {
    expect(ask({ query: '1+1', time })).toMatchObject({ result: [at, '2'] })
  })

  it.each(['abc', '2023-11-14', '1e9', '99999999999999', '2023-99-14T22:13:20Z', 'Infinity'])(
    'does not take the time %j',
    (time) => {
      expect(() => ask({ query: '1+1', time })).toThrow(
        `invalid parameter "time": cannot parse ${JSON.stringify(time)} to a valid timestamp`,
      )
    },
  )

  it.each([
    'up',
    'ALERTS{alertstate="firing"}',
    '1-1',
    '1+',
    'vector(up)',
    'vector(vector(1))',
    '((',
    '1+1\n+up',
  ])('refuses %j, and says what is answered', (query) => {
    expect(() => ask({ query })).toThrow(
      expect.objectContaining({
        status: 422,
        type: 'execution',
        message: expect.stringContaining(`tracebell does not evaluate PromQL: ${JSON.stringify(query)}`),
      }),
    )
  })

  it('asks for a query', () => {
    expect(() => ask({})).toThrow('invalid parameter "query": no expression found in input')
  })

  it('answers a constant or throws the error that says why not, whatever it is asked', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[\dvector()+. -]{0,40}$/))
    fc.assert(
      fc.property(text, text, (query, time) => {
        try {
          expect(JSON.stringify(ask({ query, time }))).toMatch(/"\d+"/)
        } catch (error) {
          expect(error).toBeInstanceOf(PrometheusError)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is not slowed down by a long query', () => {
    const query = `${'1+'.repeat(50_000)}up`
    expect(() => ask({ query })).toThrow(/^tracebell does not evaluate PromQL: "(?:1\+){100}…"/)
  })
})
