import { describe, expect, it } from 'vitest'
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
} from './humanize.js'

// The cases are those that Prometheus documents, and the borders between them.
describe('humanize', () => {
  it.each([
    [0, '0'],
    [1, '1'],
    [999, '999'],
    [1000, '1k'],
    [1_234_567, '1.235M'],
    [-1500, '-1.5k'],
    [1e24, '1Y'],
    [1e30, '1e+06Y'],
    [0.1, '100m'],
    [0.00012, '120u'],
    [1e-27, '0.001y'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
  ])('%d is %s', (value, text) => {
    expect(humanize(value)).toBe(text)
  })
})

describe('humanize1024', () => {
  it.each([
    [0, '0'],
    [1023, '1023'],
    [1024, '1ki'],
    [1_073_741_824, '1Gi'],
    [-2048, '-2ki'],
    [0.5, '0.5'],
  ])('%d is %s', (value, text) => {
    expect(humanize1024(value)).toBe(text)
  })
})

describe('humanizeDuration', () => {
  it.each([
    [0, '0s'],
    [1, '1s'],
    [1.5, '1.5s'],
    [59.99, '59.99s'],
    [60, '1m 0s'],
    [3600, '1h 0m 0s'],
    [90_061, '1d 1h 1m 1s'],
    [-90_061, '-1d 1h 1m 1s'],
    [-2.25, '-2.25s'],
    [0.1, '100ms'],
    [0.0015, '1.5ms'],
    [-0.000002, '-2us'],
    [Number.POSITIVE_INFINITY, '+Inf'],
  ])('%d seconds are %s', (value, text) => {
    expect(humanizeDuration(value)).toBe(text)
  })
})

describe('humanizePercentage', () => {
  it.each([
    [0, '0%'],
    [0.05, '5%'],
    [0.123456, '12.35%'],
    [1, '100%'],
    [1e-7, '1e-05%'],
    [1000, '1e+05%'],
  ])('%d is %s', (value, text) => {
    expect(humanizePercentage(value)).toBe(text)
  })
})

describe('humanizeTimestamp', () => {
  it.each([
    [0, '1970-01-01 00:00:00 +0000 UTC'],
    [1_795_509_840.25, '2026-11-24 08:44:00.25 +0000 UTC'],
    [1e300, '1e+300'],
    [Number.NaN, 'NaN'],
  ])('%d is %s', (value, text) => {
    expect(humanizeTimestamp(value)).toBe(text)
  })
})
