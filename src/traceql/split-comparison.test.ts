import { describe, expect, it } from 'vitest'
import { check, parse, splitComparison } from './index.js'
import { printMetrics } from './print.js'

describe('splitComparison', () => {
  it.each([
    ['{ } | rate() > 10', '{ } | rate()', '>', 10, 1],
    ['{ } | rate() by (name) <= 0.5', '{ } | rate() by (name)', '<=', 0.5, 1],
    ['{ } | max_over_time(duration) > 1500ms', '{ } | max_over_time(duration)', '>', 1.5, 1],
    ['{ } | max_over_time(trace:duration) > 2s', '{ } | max_over_time(traceDuration)', '>', 2, 1e-9],
    ['{ } | max_over_time(trace:duration) > 7', '{ } | max_over_time(traceDuration)', '>', 7, 1],
    [
      '{ } | quantile_over_time(trace:duration, .9) > 2s',
      '{ } | quantile_over_time(traceDuration, 0.9)',
      '>',
      2,
      1,
    ],
    [
      '{ } | avg_over_time(event:timeSinceStart) | topk(2) > 2s',
      '{ } | avg_over_time(event:timeSinceStart) | topk(2)',
      '>',
      2,
      1e-9,
    ],
    ['({ } | rate()) / ({ } | rate()) > 0.05', '({ } | rate()) / ({ } | rate())', '>', 0.05, 1],
  ])('takes %s apart', (query, values, operator, threshold, scale) => {
    const split = splitComparison(check(parse(query)))
    const root = split?.values.root
    if (root === undefined || root.kind === 'Pipeline') throw new Error('expected a metrics query')
    expect([printMetrics(root), split?.operator, split?.threshold, split?.scale]).toEqual([
      values,
      operator,
      threshold,
      scale,
    ])
  })

  it.each(['{ } | rate()', '{ } | rate() > 10 | topk(3)', '{ } | count() > 1', '({ } | rate() > 1) + 1'])(
    'leaves %s whole',
    (query) => {
      expect(splitComparison(check(parse(query)))).toBeUndefined()
    },
  )
})
