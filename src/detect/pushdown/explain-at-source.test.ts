import { describe, expect, it } from 'vitest'
import { matchRule, metricRule } from '../../../test/build-rule.js'
import { createTestSpanSource } from '../../../test/span-source.js'
import type { AlertingRule } from '../../model/alerting-rule.js'
import { explainAtSource } from './explain-at-source.js'

const { signal } = new AbortController()
const source = createTestSpanSource({ parts: [], lagMs: 40_000 })

/** `where: text` of each query. */
async function explain(rule: AlertingRule): Promise<readonly string[]> {
  const { queries } = await explainAtSource(source, rule, 0, signal)
  return queries.map(({ text, runs }) => `${runs}: ${text}`)
}

const whyOf = async (rule: AlertingRule): Promise<string> =>
  (await explainAtSource(source, rule, 0, signal)).queries.map(({ why }) => why).join('\n')

describe('what runs where', () => {
  it.each([
    [
      matchRule('{ !(status = error) && 500 <= span.x }'),
      [
        'source: { (status != error) && ((span.x >= 500) || (span.x >= 500.0)) }',
        'source: { nestedSetParent = 0 }',
        'here: { !(status = error) && 500 <= span.x }',
        'source: ',
      ],
    ],
    [
      matchRule('{ status = error } | count() > 5 | { kind = server }'),
      [
        'source: ({ status = error } | count() > 5)',
        'source: { nestedSetParent = 0 }',
        'here: { status = error } | count() > 5 | { kind = server }',
        'source: ',
      ],
    ],
    [
      metricRule('({ status = error } | rate() by (name)) / ({ } | rate() by (name)) > 0.05'),
      [
        'source: { status = error } | count_over_time() by (name)',
        'source: { } | count_over_time() by (name)',
        'here: ({ status = error } | rate() by (name)) / ({ } | rate() by (name)) > 0.05',
        'source: ',
      ],
    ],
    [
      metricRule('{ kind = server } | quantile_over_time(duration, .99) > 1.5s'),
      [
        'source: { kind = server } | count_over_time()',
        'source: { (kind = server) && (duration > 1.5s) } | count_over_time()',
        'source: { (kind = server) && (duration >= 1.5s) } | count_over_time()',
        'source: { kind = server } | histogram_over_time(duration)',
        'here: { kind = server } | quantile_over_time(duration, .99) > 1.5s',
        'source: ',
      ],
    ],
    [
      metricRule('{ } | count() > 5 | rate() > 1'),
      [
        'source: { } | count() > 5 | count_over_time()',
        'source: { nestedSetParent = 0 }',
        'here: { } | count() > 5 | rate() > 1',
        'source: ',
      ],
    ],
    [
      metricRule('{ span.x = nil } | count_over_time() by (span.x) > 1'),
      ['source: { true }', 'here: { span.x = nil } | count_over_time() by (span.x) > 1', 'source: '],
    ],
  ])('of %o', async (rule, expected) => {
    expect(await explain(rule)).toEqual(expected)
  })

  it.each([
    ['{ !(status = error) }', 'a negation is forgotten'],
    ['{ 1s < duration }', 'a comparison with the literal on the left is not turned round'],
    ['{ span.x > 4 }', 'integers and floats are compared each by themselves'],
    ['{ span.x = nil }', 'a missing value of some attributes is taken for a text'],
    ['{ -span.x > 4 }', 'a sign fails the query'],
    ['{ } | count() > 4 | { status = error }', 'a filter after an aggregate already limits'],
    ['{ } | max(span.x) > 4', 'an aggregate of an attribute fails'],
    ['{ } &> { status = error }', '&> loses spans of one side'],
    ['{ } | by(span.x = 1) | count() > 1', 'of a comparison that is grouped by'],
    ['{ event:name = "x" && event:name = "y" }', 'not all events and links of a span are seen'],
  ])('says why %s is not sent as it is', async (expr, why) => {
    expect(await whyOf(matchRule(expr))).toContain(why)
  })

  it('says nothing of changes where the text is left alone', async () => {
    expect(await whyOf(matchRule('{ status = error }'))).not.toContain('at a Tempo')
  })

  it('tells the freshness of the source', async () => {
    const { freshness } = await explainAtSource(source, matchRule('{ }'), 0, signal)
    expect(freshness).toEqual({ lagMs: 40_000, known: true })
  })

  it('is told of no rule that cannot be measured', async () => {
    const rule = metricRule('{ } | histogram_over_time(duration) > 1')
    await expect(explainAtSource(source, rule, 0, signal)).rejects.toMatchObject({ reason: 'unsupported' })
  })
})
