import { describe, expect, it } from 'vitest'
import { anomalyRule, matchRule } from '../../test/build-rule.js'
import { toQueryText } from './query-text.js'

describe('the query of a rule as text', () => {
  it.each([
    [matchRule('{ status = error }'), '{ status = error }'],
    [
      anomalyRule({ expr: '{ kind = server }', signals: ['latency', 'calls'] }),
      'anomaly(latency, calls) over { kind = server }',
    ],
  ])('of %o', (rule, text) => {
    expect(toQueryText(rule)).toBe(text)
  })
})
