import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { LARGEST, LogHistogram, RELATIVE_ERROR, SMALLEST } from './log-histogram.js'
import { SnapshotError } from './snapshot-error.js'

const exponent = fc.double({ min: -1.99, max: 7, noNaN: true })
/** Spread over all orders of magnitude. */
const value = exponent.map((power) => 10 ** power)
const anyValue = fc.oneof(value, fc.double(), fc.constantFrom(0, -1, SMALLEST, LARGEST, 1e9))
const values = fc.array(value, { minLength: 1, maxLength: 80 })
const share = fc.double({ min: 0, max: 1, noNaN: true })

function histogramOf(numbers: readonly number[]): LogHistogram {
  const histogram = new LogHistogram()
  for (const each of numbers) histogram.add(each)
  return histogram
}

function listOf(histogram: LogHistogram): [value: number, weight: number][] {
  const list: [number, number][] = []
  histogram.forEach((each, weight) => list.push([each, weight]))
  return list
}

function bytesOf(histogram: LogHistogram): Uint8Array {
  const writer = new ByteWriter()
  histogram.writeTo(writer)
  return writer.finish()
}

function readAll(bytes: Uint8Array): LogHistogram {
  const reader = new ByteReader(bytes)
  const histogram = LogHistogram.readFrom(reader)
  reader.end()
  return histogram
}

describe('LogHistogram', () => {
  it('gives quantiles within its relative error of the exact ones', () => {
    fc.assert(
      fc.property(values, share, (numbers, p) => {
        const sorted = numbers.toSorted((left, right) => left - right)
        const exact = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0
        const given = histogramOf(numbers).quantile(p)
        expect(Math.abs(given - exact)).toBeLessThanOrEqual(RELATIVE_ERROR * exact * (1 + 1e-9))
      }),
    )
  })

  it('counts above a value no more than there are, and no fewer than are clearly above it', () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 80 }), anyValue, (numbers, limit) => {
        fc.pre(!Number.isNaN(limit))
        const above = histogramOf(numbers).countAbove(limit)
        const least = Math.max(limit, SMALLEST)
        expect(above).toBeLessThanOrEqual(numbers.filter((each) => each > limit).length)
        const clearly = numbers.filter((each) => each > least * (1.08 + 1e-9) && limit < LARGEST / 1.08)
        expect(above).toBeGreaterThanOrEqual(clearly.length)
      }),
    )
  })

  it('does not mind the order of what comes', () => {
    fc.assert(
      fc.property(fc.array(anyValue), (numbers) => {
        expect(listOf(histogramOf(numbers.toReversed()))).toEqual(listOf(histogramOf(numbers)))
      }),
    )
  })

  it('merges to what counting everything at once comes to, and takes back what was merged', () => {
    fc.assert(
      fc.property(fc.array(anyValue), fc.array(anyValue), (some, others) => {
        const merged = histogramOf(some)
        merged.merge(histogramOf(others))
        expect(listOf(merged)).toEqual(listOf(histogramOf([...some, ...others])))
        expect(merged.count).toBe(histogramOf([...some, ...others]).count)
        merged.subtract(histogramOf(others))
        expect(listOf(merged)).toEqual(listOf(histogramOf(some)))
      }),
    )
  })

  it('forgets: what is scaled by half again and again no longer counts', () => {
    fc.assert(
      fc.property(values, value, (old, recent) => {
        const histogram = histogramOf([0, ...old])
        histogram.scale(0.5)
        expect(histogram.count).toBeCloseTo((old.length + 1) / 2, 9)
        for (let time = 0; time < 29; time += 1) histogram.scale(0.5)
        histogram.add(recent)
        expect(listOf(histogram)).toEqual(listOf(histogramOf([recent])))
      }),
    )
  })

  it('weighs', () => {
    const histogram = new LogHistogram()
    histogram.add(10, 0.25)
    histogram.add(1000, 0.75)
    histogram.add(5, 0)
    histogram.add(5, -1)
    histogram.add(Number.NaN, 1)
    expect(histogram.count).toBe(1)
    expect(histogram.quantile(0.25)).toBeLessThan(11)
    expect(histogram.quantile(0.26)).toBeGreaterThan(900)
  })

  it('counts what is too small as 0 and what is too large as the largest', () => {
    const histogram = histogramOf([-5, 0, SMALLEST, 1e12, Infinity])
    expect(listOf(histogram)).toEqual([
      [0, 3],
      [LARGEST, 2],
    ])
    expect(histogram.quantile(0)).toBe(0)
    expect(histogram.quantile(1)).toBe(LARGEST)
  })

  it('knows no quantile of nothing', () => {
    expect(new LogHistogram().quantile(0.5)).toBeNaN()
    expect(new LogHistogram().countAbove(1)).toBe(0)
  })

  it('is bounded, however many values come', () => {
    const everything = Array.from({ length: 2000 }, (_, index) => 10 ** (index / 200 - 2))
    const histogram = histogramOf(everything)
    expect(listOf(histogram).length).toBeLessThanOrEqual(1 + 270)
    expect(bytesOf(histogram).length).toBeLessThan(1400)
  })

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(fc.array(anyValue), fc.double({ min: 1e-3, max: 1, noNaN: true }), (numbers, factor) => {
        const histogram = histogramOf(numbers)
        histogram.scale(factor)
        const read = readAll(bytesOf(histogram))
        expect(bytesOf(read)).toEqual(bytesOf(histogram))
        expect(read.count).toBeCloseTo(histogram.count, 4)
      }),
    )
  })

  it('reads any other bytes as a histogram or refuses them', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.tuple(fc.array(anyValue), fc.nat(), fc.nat(255)).map(([numbers, at, byte]) => {
        const written = bytesOf(histogramOf(numbers))
        written[at % written.length] = byte
        return written
      }),
    )
    fc.assert(
      fc.property(bytes, (each) => {
        try {
          expect(readAll(each).count).toBeGreaterThanOrEqual(0)
        } catch (error) {
          expect(error).toBeInstanceOf(SnapshotError)
        }
      }),
    )
  })
})
