import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anomalyRule, matchRule, metricRule } from '../../test/build-rule.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import type { MeasureRules, RuleMeasure } from '../model/rule-sample.js'
import { SourceError } from '../model/source-error.js'
import type { Timestamp } from '../model/time.js'
import { createMeasureByKind } from './measure-by-kind.js'

const { signal } = new AbortController()
const AT = 1_000_000

function toMeasure(name: string, { alert }: AlertingRule): RuleMeasure {
  const labels = new Map([['by', `${name} ${alert}`]])
  return {
    window: { start: 0, end: AT },
    samples: [{ labels, value: 1, holds: true, exemplars: [] }],
    completeness: 'complete',
    hasData: true,
  }
}

function setUp() {
  const asked: [
    name: string,
    alerts: readonly string[],
    at: Timestamp,
    missed: readonly Timestamp[] | undefined,
  ][] = []
  const named =
    (name: string): MeasureRules =>
    async (rules, at, _, missed) => {
      asked.push([name, rules.map(({ alert }) => alert), at, missed])
      return rules.map((rule) => toMeasure(name, rule))
    }
  const measure = createMeasureByKind({ anomalies: named('anomalies'), expressions: named('expressions') })
  return { asked, measure }
}

const whoMeasured = (measures: readonly (RuleMeasure | SourceError)[]): readonly unknown[] =>
  measures.map((each) => (each instanceof SourceError ? each : each.samples[0]?.labels.get('by')))

describe('rules measured by their kind', () => {
  it('go each to who knows it, with the moments that were missed, and come back in their order', async () => {
    const { asked, measure } = setUp()
    const rules = [
      anomalyRule({ alert: 'a' }),
      matchRule('{ }', { alert: 'b' }),
      anomalyRule({ alert: 'c' }),
      metricRule('{ } | rate() > 1', { alert: 'd' }),
    ]
    expect(whoMeasured(await measure(rules, AT, signal, [5]))).toEqual([
      'anomalies a',
      'expressions b',
      'anomalies c',
      'expressions d',
    ])
    expect(asked).toEqual([
      ['expressions', ['b', 'd'], AT, [5]],
      ['anomalies', ['a', 'c'], AT, [5]],
    ])
  })

  it('trouble nobody who has none of them', async () => {
    const { asked, measure } = setUp()
    await measure([matchRule('{ }')], AT, signal)
    await measure([anomalyRule()], AT, signal)
    await measure([], AT, signal)
    expect(asked.map(([name]) => name)).toEqual(['expressions', 'anomalies'])
  })

  it('that are left out are errors', async () => {
    const measure = createMeasureByKind({ anomalies: async () => [], expressions: async () => [] })
    expect(await measure([anomalyRule(), matchRule('{ }')], AT, signal)).toEqual([
      expect.any(SourceError),
      expect.any(SourceError),
    ])
  })

  it('keep their order, whatever it is', async () => {
    const kinds = fc.array(fc.constantFrom('match', 'metric', 'anomaly'), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(kinds, async (given) => {
        const rules = given.map((kind, index) => {
          const alert = `${kind} ${index}`
          if (kind === 'anomaly') return anomalyRule({ alert })
          return kind === 'match' ? matchRule('{ }', { alert }) : metricRule('{ } | rate() > 1', { alert })
        })
        const { measure } = setUp()
        const expected = rules.map(
          ({ kind, alert }) => `${kind === 'anomaly' ? 'anomalies' : 'expressions'} ${alert}`,
        )
        expect(whoMeasured(await measure(rules, AT, signal))).toEqual(expected)
      }),
      { numRuns: 200 },
    )
    expect.hasAssertions()
  })
})
