import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MINUTE_MS, SECOND_MS } from '../../model/time.js'
import { createSteadyTime, type SettledLine } from './steady-time.js'

const YEAR_2554 = 18_446_744_073_709

function settle(lines: readonly (readonly number[])[]): readonly SettledLine<number>[] {
  const time = createSteadyTime<number>()
  return [...lines.flatMap((ends, of) => time.push({ of, ends })), ...time.finish()]
}

/** The ends that are ahead of the time. */
function ahead(lines: readonly (readonly number[])[]): readonly number[] {
  return settle(lines).flatMap(({ ends, limit }) => ends.filter((end) => end > limit))
}

const lastTime = (lines: readonly (readonly number[])[]): number | undefined => settle(lines).at(-1)?.at

/** A line with a span every second. */
function traffic(seconds: number, from = 0, spans = 1): number[][] {
  return Array.from({ length: seconds }, (_, second) =>
    Array.from({ length: spans }, () => from + second * SECOND_MS),
  )
}

const START = Date.UTC(2026, 2, 2, 8)
const usual = traffic(60, START)
const LAST = START + 59 * SECOND_MS
const withLine = (index: number, line: number[]) => usual.toSpliced(index, 0, line)

describe('the steady time', () => {
  it.each([
    ['first', 0],
    ['second', 1],
    ['in the middle', 30],
    ['second to last', 59],
    ['last', 60],
  ])('does not follow one clock that is wrong: %s', (_, index) => {
    for (const end of [START + 20 * MINUTE_MS, YEAR_2554]) {
      expect(ahead(withLine(index, [end]))).toEqual([end])
      expect(lastTime(withLine(index, [end]))).toBe(LAST)
    }
  })

  it('does not follow a span in a line of others, wherever it stands', () => {
    for (const index of [0, 30, 59]) {
      const lines = usual.map((line, at) => (at === index ? [...line, YEAR_2554, ...line] : line))
      expect([ahead(lines), lastTime(lines)]).toEqual([[YEAR_2554], LAST])
    }
  })

  it('does not follow one host of three, whose lines are full', () => {
    const wrong = Array.from({ length: 60 }, (_, at) => START + 20 * MINUTE_MS + at * SECOND_MS)
    const lines = usual.flatMap((line, at) => (at % 2 === 1 ? [line, wrong] : [line]))
    expect([ahead(lines).length, lastTime(lines)]).toEqual([30 * 60, LAST])
  })

  it('follows a gap in a recording', () => {
    const later = START + 60 * MINUTE_MS
    const lines = [...usual, ...traffic(60, later)]
    expect([ahead(lines), lastTime(lines)]).toEqual([[], later + 59 * SECOND_MS])
    const withStraggler = [...usual, ...traffic(3, later), [LAST], ...traffic(60, later + 3000)]
    expect(ahead(withStraggler)).toEqual([])
  })

  it('follows lines that lie far apart each', () => {
    const lines = Array.from({ length: 60 }, (_, at) => [START + at * 10 * MINUTE_MS])
    expect(ahead(lines.slice(0, 40)).length).toBeLessThan(20)
    expect(ahead([...lines, ...traffic(20, START + 59 * 10 * MINUTE_MS)])).toEqual([])
  })

  it('believes the end of a file from twenty spans on', () => {
    const later = START + 60 * MINUTE_MS
    expect(ahead([...usual, ...traffic(20, later)])).toEqual([])
    expect(ahead([...usual, Array.from({ length: 20 }, () => later)])).toEqual([])
    expect(ahead([...usual, ...traffic(19, later)])).toHaveLength(19)
    expect(ahead([...usual, ...traffic(9, later), ...traffic(20, LAST)])).toHaveLength(9)
    expect(ahead([[START], [YEAR_2554], ...usual, ...traffic(20, later)])).toHaveLength(21)
  })

  it('believes what stands alone', () => {
    expect([ahead([[YEAR_2554]]), lastTime([[YEAR_2554]])]).toEqual([[], YEAR_2554])
    expect(ahead([[START], [START + 1]])).toEqual([])
    expect(ahead([[START], [YEAR_2554]])).toEqual([YEAR_2554])
    expect(ahead([[YEAR_2554], [START]])).toEqual([YEAR_2554])
  })

  it('gives lines without spans on at once', () => {
    const time = createSteadyTime<string>()
    expect(time.push({ of: 'empty', ends: [] })).toHaveLength(1)
    expect(time.push({ of: 'first', ends: [START] })).toEqual([])
    expect(time.push({ of: 'empty', ends: [] })).toHaveLength(1)
    expect(time.finish().map(({ of }) => of)).toEqual(['first'])
  })

  it('gives every line once and in order, and never goes back', () => {
    const end = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 1e9 }))
    const line = fc.array(
      end.map((minutes) => minutes * MINUTE_MS),
      { minLength: 1, maxLength: 4 },
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 80 }), (lines) => {
        const settled = settle(lines)
        expect(settled.map(({ of }) => of)).toEqual(lines.map((_, at) => at))
        const times = settled.map(({ at }) => at)
        expect(times).toEqual(times.toSorted((left, right) => left - right))
        for (const { at, ends } of settled) {
          const near = ends.filter((each) => each <= at + 5 * MINUTE_MS)
          expect(Math.max(0, ...near)).toBeLessThanOrEqual(at + 5 * MINUTE_MS)
        }
      }),
    )
  })

  it('holds no more lines than it needs', () => {
    const time = createSteadyTime<number>()
    let given = 0
    for (let at = 0; at < 300; at += 1) {
      given += time.push({ of: at, ends: [START + (at % 2) * at * MINUTE_MS] }).length
      expect(at + 1 - given).toBeLessThanOrEqual(20)
    }
  })
})
