import { describe, expect, it } from 'vitest'
import type { Detector, ShareMeasured } from '../model/detector.js'
import { createShareRule } from './share-rule.js'

const REPEAT_MS = 300_000
const T0 = Date.UTC(2026, 10, 24, 8, 44)

const detector: Detector = {
  ask: () => [],
  measure: () => {
    throw new Error('not measured here')
  },
}

const share = (affected: number, total: number): ShareMeasured => ({
  kind: 'share',
  affected,
  total,
  window: { start: T0 - 60_000, end: T0 },
  sampled: false,
})
const sampledShare = (affected: number, total: number): ShareMeasured => ({
  ...share(affected, total),
  sampled: true,
})

const createRule = (threshold = 0.05) => createShareRule({ detector, threshold, repeatMs: REPEAT_MS })

/** The seconds at which a rule tells, when it is shown each measure at its second. */
function toldAt(timeline: readonly (readonly [second: number, measured: ShareMeasured])[]): number[] {
  const rule = createRule()
  return timeline.flatMap(([second, measured]) =>
    rule.judge(measured, T0 + second * 1000).map(({ at }) => (at - T0) / 1000),
  )
}

const high = share(10, 100)
const low = share(5, 100)
const nothing = share(0, 0)
const sampledHigh = sampledShare(10, 100)
const sampledLow = sampledShare(5, 100)

describe('createShareRule', () => {
  it('tells the counts, the time and whether they are a sample', () => {
    expect(createRule().judge(share(10, 100), T0)).toEqual([
      { type: 'high_error_rate', at: T0, affectedTraces: 10, totalTraces: 100, sampled: false },
    ])
    expect(createRule().judge(sampledShare(2, 3), T0)).toEqual([
      { type: 'high_error_rate', at: T0, affectedTraces: 2, totalTraces: 3, sampled: true },
    ])
  })

  it.each([
    [0, 100, 0.05, false],
    [5, 100, 0.05, false],
    [6, 100, 0.05, true],
    [1, 20, 0.05, false],
    [3, 10, 0.3, false],
    [1, 3, 0.333, true],
    [1, 1, 0.05, true],
    [1, 1, 1, false],
    [0, 1, 0, false],
    [1, 1_000_000, 0, true],
    [0, 0, 0, false],
    [0, 0, 0.05, false],
  ])('%d of %d with a threshold of %d is too high: %j', (affected, total, threshold, tooHigh) => {
    expect(createRule(threshold).judge(share(affected, total), T0)).toHaveLength(tooHigh ? 1 : 0)
  })

  it.each<[string, readonly (readonly [number, ShareMeasured])[], readonly number[]]>([
    ['begins at once', [[0, high]], [0]],
    [
      'begins when it rises',
      [
        [0, low],
        [30, low],
        [60, high],
      ],
      [60],
    ],
    [
      'is not told at every check',
      [
        [0, high],
        [30, high],
        [60, high],
        [299, high],
      ],
      [0],
    ],
    [
      'is told again by a check that is made some milliseconds too early',
      [
        [0.005, high],
        [299, high],
        [300.001, high],
        [330, high],
      ],
      [0.005, 300.001],
    ],
    [
      'is told again when it has lasted',
      [
        [0, high],
        [299, high],
        [300, high],
        [330, high],
        [600, high],
      ],
      [0, 300, 600],
    ],
    [
      'repeats from when it was last told',
      [
        [0, high],
        [310, high],
        [600, high],
        [610, high],
      ],
      [0, 310, 610],
    ],
    [
      'is not told again while no check is made',
      [
        [0, high],
        [3000, high],
        [3001, high],
      ],
      [0, 3000],
    ],
    [
      'ends, and is told at once when it comes back',
      [
        [0, high],
        [30, low],
        [60, high],
        [90, high],
      ],
      [0, 60],
    ],
    [
      'ends when there are no traces',
      [
        [0, high],
        [30, nothing],
        [60, high],
      ],
      [0, 60],
    ],
    [
      'begins on a sample',
      [
        [0, sampledHigh],
        [30, sampledHigh],
      ],
      [0],
    ],
    [
      'repeats on a sample',
      [
        [0, sampledHigh],
        [300, sampledHigh],
      ],
      [0, 300],
    ],
    [
      'is not ended by a sample',
      [
        [0, high],
        [30, sampledLow],
        [60, high],
      ],
      [0],
    ],
    [
      'is not ended by an empty sample',
      [
        [0, high],
        [30, sampledShare(0, 0)],
        [60, high],
      ],
      [0],
    ],
    [
      'is told again after a sample that was low',
      [
        [0, high],
        [150, sampledLow],
        [300, high],
      ],
      [0, 300],
    ],
    [
      'is not begun by a sample that is low',
      [
        [0, sampledLow],
        [30, low],
      ],
      [],
    ],
    [
      'is told anew when the clock was set back',
      [
        [600, high],
        [0, high],
        [300, low],
        [301, high],
      ],
      [600, 0, 301],
    ],
  ])('%s', (_, timeline, told) => {
    expect(toldAt(timeline)).toEqual(told)
  })

  it('keeps its state from other rules', () => {
    const [one, other] = [createRule(), createRule()]
    expect([one.judge(high, T0).length, one.judge(high, T0).length, other.judge(high, T0).length]).toEqual([
      1, 0, 1,
    ])
  })

  it('refuses to judge matches', () => {
    const matches = {
      kind: 'matches',
      matches: [],
      window: { start: 0, end: 1 },
      dueSince: 0,
      sampled: false,
      population: { traceIds: new Set<string>(), since: 0, sampled: false },
    } as const
    expect(() => createRule().judge(matches, T0)).toThrow('a share rule cannot judge matches')
  })
})
