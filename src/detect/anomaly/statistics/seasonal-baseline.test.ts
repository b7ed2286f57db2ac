import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { DEFAULT_SEASONS, SeasonalBaseline } from './seasonal-baseline.js'
import { SnapshotError } from './snapshot-error.js'
import { scoreByMean } from './z-score.js'

const HOUR_MS = 3_600_000
const MONDAY = Date.UTC(2026, 10, 23)
const OPTIONS = { floor: { absolute: 1, share: 0.05 }, minWeight: 3 }

const isNight = (hour: number): boolean => hour % 24 < 6
const isWeekend = (hour: number): boolean => Math.floor(hour / 24) % 7 >= 5
/** Requests a second: few at night, and half on weekends. */
const usualAt = (hour: number): number => (isNight(hour) ? 10 : 100) * (isWeekend(hour) ? 0.5 : 1)

/** What `hours` hours from Monday on teach. */
function learn(hours: number, valueAt = usualAt): SeasonalBaseline {
  const baseline = new SeasonalBaseline()
  for (let hour = 0; hour < hours; hour += 0.25) baseline.add(valueAt(hour), MONDAY + hour * HOUR_MS)
  return baseline
}

const find = (baseline: SeasonalBaseline, hour: number) => baseline.find(MONDAY + hour * HOUR_MS)

describe('SeasonalBaseline', () => {
  it('goes by the recent past until it has seen three days, then by the hour of the day, after three weeks by that of the week', () => {
    expect(find(learn(2), 2).of).toBe('recent')
    expect(find(learn(3 * 24 - 1), 3 * 24 - 1).of).toBe('recent')
    expect(find(learn(3 * 24), 3 * 24)).toMatchObject({ of: 'day', mean: 10, deviation: 0 })
    expect(find(learn(3 * 168), 3 * 168)).toMatchObject({ of: 'week', mean: 10, deviation: 0 })
  })

  it('never finds anything in nights and weekends that are like those before', () => {
    const baseline = learn(3 * 168)
    for (let hour = 3 * 168; hour < 4 * 168; hour += 1) {
      expect(scoreByMean(usualAt(hour), find(baseline, hour), OPTIONS)).toBe(0)
    }
  })

  it('finds the quiet of a night by day, and of a weekend on a Monday', () => {
    const baseline = learn(3 * 168)
    expect(scoreByMean(10, find(baseline, 3 * 168 + 12), OPTIONS)).toBeLessThan(-10)
    expect(scoreByMean(50, find(baseline, 3 * 168 + 12), OPTIONS)).toBeLessThan(-5)
  })

  it('forgets: weeks of another kind become usual', () => {
    const baseline = learn(30 * 168, (hour) => (hour < 10 * 168 ? 1000 : usualAt(hour)))
    expect(find(baseline, 30 * 168 + 12).mean).toBeLessThan(150)
  })

  it('knows no hour that it has not seen for long', () => {
    const baseline = learn(3 * 168)
    expect(find(baseline, 9 * 168).of).toBe('week')
    expect(find(baseline, 20 * 168).of).toBe('recent')
  })

  it('counts a value that comes late, and no season for it', () => {
    const baseline = learn(24)
    for (let time = 0; time < 5; time += 1) baseline.add(70, MONDAY - 24 * HOUR_MS)
    expect(find(baseline, 24).of).toBe('recent')
    baseline.add(Number.NaN, MONDAY)
    expect(find(baseline, 24).mean).toBeGreaterThan(0)
  })

  it('reads what it wrote, and refuses what is cut off or damaged', () => {
    const writer = new ByteWriter()
    learn(5 * 168).writeTo(writer)
    const bytes = writer.finish()
    expect(bytes.length).toBeLessThan(7000)
    expect(SeasonalBaseline.readFrom(new ByteReader(bytes))).toEqual(learn(5 * 168))
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        const read = (): unknown => SeasonalBaseline.readFrom(new ByteReader(bytes.subarray(0, length)))
        expect(read).toThrow(SnapshotError)
      }),
    )
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const damaged = bytes.with(at, byte)
        try {
          expect(
            SeasonalBaseline.readFrom(new ByteReader(damaged), DEFAULT_SEASONS).find(MONDAY),
          ).toBeDefined()
        } catch (error) {
          expect(error).toBeInstanceOf(SnapshotError)
        }
      }),
    )
  })
})
