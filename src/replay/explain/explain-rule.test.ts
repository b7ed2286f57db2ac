import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anomalyRule, matchRule, metricRule } from '../../../test/build-rule.js'
import { createTestSpanSource } from '../../../test/span-source.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { AlertingRule } from '../../model/alerting-rule.js'
import type { MeasureRules, RuleMeasure, Sample } from '../../model/rule-sample.js'
import { SourceError } from '../../model/source-error.js'
import type { Timestamp } from '../../model/time.js'
import { compareNearness, conditionOf } from './condition.js'
import { explainOverSource } from './explain-over-source.js'
import type { RecordedEvaluation, RuleInGroup } from './explanation.js'
import { countNeeded, MOST_EVALUATIONS } from './look-back.js'
import { measureBack } from './measure-back.js'
import { playEvaluations } from './play-evaluations.js'

const { signal } = new AbortController()
const clock = createTestClock()
const INTERVAL_MS = 30_000
const AT = Date.UTC(2026, 2, 2, 8, 10)
const ASKING = { name: 'a test', at: AT, links: {}, clock, signal }

function inGroup(rule: AlertingRule): RuleInGroup {
  return { rule, group: { name: 'shop', file: 'rules.yaml', intervalMs: INTERVAL_MS, rules: [rule] } }
}

function measureOf(value: number, rule: AlertingRule, at: Timestamp): RuleMeasure {
  const holds = value >= (rule.kind === 'match' ? rule.threshold : 0)
  const sample: Sample = { labels: new Map([['service', 'cart']]), value, holds, exemplars: [] }
  const window = { start: at - rule.windowMs, end: at }
  return { window, samples: value === 0 ? [] : [sample], completeness: 'complete', hasData: true }
}

const FAILED = new SourceError('it is away', { reason: 'transient' })
type Told = number | 'failed' | 'partial' | 'empty'

/** Measures what was the case so many intervals before `AT`; 0 where nothing is said. */
function measuring(backwards: readonly Told[], asked: Timestamp[] = []): MeasureRules {
  return async (rules, at) => {
    asked.push(at)
    const told = backwards[(AT - at) / INTERVAL_MS] ?? 0
    return rules.map((rule) => {
      if (told === 'failed') return FAILED
      if (told === 'partial') return { ...measureOf(0, rule, at), completeness: 'partial' }
      if (told === 'empty') return { ...measureOf(0, rule, at), hasData: false }
      return measureOf(told, rule, at)
    })
  }
}

/** `state since`, in intervals before the evaluation, of each alert. */
async function statesOf(rule: AlertingRule, backwards: readonly Told[]) {
  const about = inGroup(rule)
  const { recorded, beginsQuiet } = await measureBack(about, {
    at: AT,
    measure: measuring(backwards),
    clock,
    signal,
  })
  const played = await playEvaluations(about, recorded, () => '', signal)
  const alerts = [...(played.at(-1)?.status.alerts.values() ?? [])]
  return {
    states: alerts.map(({ state, activeAt }) => `${state} ${(AT - activeAt) / INTERVAL_MS}`),
    beginsQuiet,
    evaluations: recorded.length,
  }
}

const RULE = matchRule('{ status = error }', { threshold: 3, forMs: 4 * INTERVAL_MS })

describe('the state of a rule, by evaluations of the past', () => {
  it.each<readonly [string, AlertingRule, readonly Told[], readonly string[], boolean]>([
    ['nothing ever', RULE, [], [], true],
    ['too few', RULE, [2, 2, 2], [], true],
    ['pending', RULE, [3, 3, 0, 3], ['pending 1'], true],
    ['firing', RULE, [3, 3, 3, 3, 3, 0], ['firing 4'], true],
    ['firing for long', RULE, Array<Told>(50).fill(3), ['firing 49'], true],
    ['firing for longer than is looked back', RULE, Array<Told>(200).fill(3), ['firing 119'], false],
    ['resolved', RULE, [0, 0, 3, 3, 3, 3, 3], ['inactive 6'], true],
    ['kept', { ...RULE, keepFiringForMs: 3 * INTERVAL_MS }, [0, 0, 3, 3, 3, 3, 3], ['firing 6'], true],
    [
      'kept long enough',
      { ...RULE, keepFiringForMs: 2 * INTERVAL_MS },
      [0, 0, 0, 3, 3, 3, 3, 3],
      ['inactive 7'],
      true,
    ],
    ['a part of the traces ends nothing', RULE, ['partial', 3, 3, 3, 3, 3, 0], ['firing 5'], true],
    ['no data keeps', { ...RULE, noData: 'keep' }, ['empty', 3, 3, 3, 3, 3, 0], ['firing 5'], true],
    ['no data ends', RULE, ['empty', 3, 3, 3, 3, 3, 0], ['inactive 5'], true],
  ])('%s', async (_, rule, backwards, states, beginsQuiet) => {
    expect(await statesOf(rule, backwards)).toMatchObject({ states, beginsQuiet })
  })

  it('a failure ends the looking back, as what is before it would be asked in vain', async () => {
    const asked: Timestamp[] = []
    const { recorded, beginsQuiet } = await measureBack(inGroup(RULE), {
      at: AT,
      measure: measuring([3, 'failed', 3], asked),
      clock,
      signal,
    })
    expect(asked).toEqual([AT, AT - INTERVAL_MS])
    expect(recorded.map(({ measured }) => measured instanceof Error)).toEqual([true, false])
    expect(beginsQuiet).toBe(false)
  })

  it('asks for no more than it takes: a rule at rest is asked a few times, whatever its `for`', async () => {
    expect(await statesOf({ ...RULE, forMs: 3_600_000 }, [])).toMatchObject({ evaluations: 5 })
    expect(await statesOf({ ...RULE, forMs: 3_600_000 }, [3, 3, 3, 3, 3, 3, 3, 3, 0])).toMatchObject({
      evaluations: 9,
    })
  })

  it('goes on for a while only, where nothing but the beginning is not known', async () => {
    const slow = createTestClock()
    const measure: MeasureRules = async (rules, at) => {
      await slow.advance(2000)
      return measuring(Array<Told>(200).fill(3))(rules, at, signal)
    }
    const { recorded, beginsQuiet } = await measureBack(inGroup(RULE), {
      at: AT,
      measure,
      clock: slow,
      signal,
    })
    expect([recorded.length, beginsQuiet]).toEqual([countNeeded(inGroup(RULE)), false])
  })

  it('does not go back beyond the beginning', async () => {
    const measure = measuring([3, 3, 3])
    const begins = AT - 2 * INTERVAL_MS
    const { recorded, beginsQuiet } = await measureBack(inGroup(RULE), {
      at: AT,
      measure,
      clock,
      begins,
      signal,
    })
    expect([recorded.length, beginsQuiet]).toEqual([2, true])
  })

  it('is bounded', () => {
    expect(countNeeded(inGroup({ ...RULE, forMs: 864_000_000 }))).toBe(MOST_EVALUATIONS)
  })

  it('is the same however far back one looks', async () => {
    expect.hasAssertions()
    const told = fc.constantFrom<Told>(0, 0, 3, 3, 'partial', 'empty')
    const spans = fc.integer({ min: 0, max: 4 })
    await fc.assert(
      fc.asyncProperty(fc.array(told, { maxLength: 40 }), spans, spans, async (backwards, held, kept) => {
        const rule = { ...RULE, forMs: held * INTERVAL_MS, keepFiringForMs: kept * INTERVAL_MS }
        const { recorded, beginsQuiet } = await measureBack(inGroup(rule), {
          at: AT,
          measure: measuring(backwards),
          clock,
          signal,
        })
        expect(beginsQuiet).toBe(true)
        expect(await activeAfter(rule, recorded)).toEqual(
          await activeAfter(rule, await measureAll(rule, backwards)),
        )
      }),
      { numRuns: 300 },
    )
  })
})

/** Every evaluation of half an hour. */
async function measureAll(
  rule: AlertingRule,
  backwards: readonly Told[],
): Promise<readonly RecordedEvaluation[]> {
  const measure = measuring(backwards)
  const moments = Array.from({ length: 60 }, (_, index) => AT - (59 - index) * INTERVAL_MS)
  return Promise.all(
    moments.map(async (at) => ({ at, measured: (await measure([rule], at, signal))[0] ?? FAILED })),
  )
}

async function activeAfter(
  rule: AlertingRule,
  recorded: readonly RecordedEvaluation[],
): Promise<readonly string[]> {
  const played = await playEvaluations(inGroup(rule), recorded, () => '', signal)
  const alerts = [...(played.at(-1)?.status.alerts.values() ?? [])]
  return alerts
    .filter(({ state }) => state !== 'inactive')
    .map(({ state, activeAt }) => `${state} ${activeAt}`)
}

describe('over a source', () => {
  it('holds the plan, the window and what there is', async () => {
    const source = createTestSpanSource({ parts: [], lagMs: 40_000 })
    const explanation = await explainOverSource(inGroup(RULE), { source, ...ASKING })
    expect(explanation).toMatchObject({
      plan: [{ runs: 'source' }, { runs: 'source' }, { runs: 'here' }, { runs: 'source' }],
      freshness: { lagMs: 40_000, known: true },
      traffic: { traces: 0, isAtLeast: false },
    })
    expect(explanation.history.evaluations.at(-1)).toMatchObject({
      at: AT,
      measured: { window: { start: AT - 105_000, end: AT - 45_000 }, hasData: false },
      status: { verdict: 'no data' },
    })
  })

  it('says why a rule cannot be measured there', async () => {
    const source = createTestSpanSource({ parts: [] })
    const rule = metricRule('{ } | histogram_over_time(duration) > 1')
    const { plan, history } = await explainOverSource(inGroup(rule), { source, ...ASKING })
    expect(plan).toBeInstanceOf(SourceError)
    expect(history.evaluations.map(({ status }) => status.verdict)).toEqual(['error'])
  })

  it('says that it could not be asked', async () => {
    const source = createTestSpanSource({ parts: [], failure: () => FAILED })
    const { traffic, history } = await explainOverSource(inGroup(RULE), { source, ...ASKING })
    expect(traffic).toBeUndefined()
    expect(history.evaluations).toMatchObject([{ at: AT, measured: FAILED, status: { verdict: 'error' } }])
  })
})

describe('the condition of a rule', () => {
  it.each([
    [matchRule('{ }', { threshold: 7 }), { comparison: '>=', value: 7, unit: 'traces' }],
    [metricRule('{ } | rate() < 0.5'), { comparison: '<', value: 0.5, unit: 'none' }],
    [
      metricRule('{ } | quantile_over_time(duration, .9) >= 1.5s'),
      { comparison: '>=', value: 1.5, unit: 'seconds' },
    ],
    [
      metricRule('{ } | max_over_time(trace:duration) > 200ms'),
      { comparison: '>', value: 0.2, unit: 'seconds' },
    ],
    [metricRule('{ } | rate()'), undefined],
    [anomalyRule(), undefined],
  ])('of %o', (rule, condition) => {
    expect(conditionOf(rule)).toEqual(condition)
  })

  it.each([
    ['>', [9, 5, 1]],
    ['<=', [1, 5, 9]],
    ['=', [5, 9, 1]],
  ] as const)('%s puts the nearest first', (comparison, expected) => {
    const condition = { comparison, value: 6 }
    expect([1, 9, 5].toSorted((left, right) => compareNearness(left, right, condition))).toEqual(expected)
  })
})
