import { describe, expect, it } from 'vitest'
import { anomalyRule, matchRule, metricRule } from '../../test/build-rule.js'
import { SourceError } from '../model/source-error.js'
import { explainHere } from './explain-here.js'

describe('what is done here of a rule', () => {
  it.each([
    [matchRule('{ status = error }'), 'judged as a whole and counted once'],
    [metricRule('{ } | rate() > 1'), 'those that start in the window are measured'],
  ])('is all of it: %o', (rule, why) => {
    const queries = explainHere(rule)
    expect(queries.map(({ text, runs }) => `${runs}: ${text}`)).toEqual([`here: ${rule.expr}`, 'here: '])
    expect(queries[0]?.why).toContain(why)
  })

  it('is a comparison with what is normal', () => {
    const rule = anomalyRule({ expr: '{ kind = server }', signals: ['errors'] })
    expect(explainHere(rule)).toMatchObject([
      { text: '{ kind = server }', runs: 'here', why: expect.stringContaining('(errors)') },
    ])
  })

  it.each([matchRule('{ } | rate() > 1'), metricRule('{ }'), matchRule('{ status = ')])(
    'or nothing: %o',
    (rule) => {
      expect(() => explainHere(rule)).toThrow(SourceError)
    },
  )
})
