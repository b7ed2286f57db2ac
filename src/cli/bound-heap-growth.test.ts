import { describe, expect, it } from 'vitest'
import { toGrowthPercent } from './bound-heap-growth.js'

const MIB = 2 ** 20

describe('how far a heap grows', () => {
  it.each([
    { heapMib: 4, percent: 300 },
    { heapMib: 8, percent: 300 },
    { heapMib: 24, percent: 100 },
    { heapMib: 48, percent: 50 },
    { heapMib: 96, percent: 25 },
    { heapMib: 1000, percent: 25 },
  ])('of $heapMib MiB by $percent percent', ({ heapMib, percent }) => {
    expect(toGrowthPercent(heapMib * MIB)).toBe(percent)
  })
})
