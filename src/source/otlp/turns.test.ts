import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTurns } from './turns.js'

describe('turns', () => {
  it('lets as many begin at once as there is room for, the others in the order in which they came', () => {
    const turns = createTurns(2)
    const begun: string[] = []
    const [endA, endB, endC] = ['a', 'b', 'c', 'd'].map((name) => turns.wait(() => begun.push(name)))
    expect(begun).toEqual(['a', 'b'])
    endB?.()
    expect(begun).toEqual(['a', 'b', 'c'])
    endA?.()
    endC?.()
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
  })

  it('gives a turn back once, however often it is ended', () => {
    const turns = createTurns(1)
    const begun: string[] = []
    const [endA] = ['a', 'b', 'c'].map((name) => turns.wait(() => begun.push(name)))
    endA?.()
    endA?.()
    expect(begun).toEqual(['a', 'b'])
  })

  it('passes over those who no longer wait', () => {
    const turns = createTurns(1)
    const begun: string[] = []
    const [endA, endB] = ['a', 'b', 'c'].map((name) => turns.wait(() => begun.push(name)))
    endB?.()
    endA?.()
    expect(begun).toEqual(['a', 'c'])
  })

  it('never has more at it than it may, nor lets anybody wait while there is room', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(30)), { maxLength: 60 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), steps, (max, comings) => {
        const turns = createTurns(max)
        const present: { begun: boolean; end: () => void }[] = []
        for (const [comes, index] of comings) {
          if (comes) {
            const guest = { begun: false, end: () => {} }
            guest.end = turns.wait(() => (guest.begun = true))
            present.push(guest)
          } else {
            present.splice(index % (present.length || 1), 1)[0]?.end()
          }
          expect(present.filter(({ begun }) => begun)).toHaveLength(Math.min(max, present.length))
        }
      }),
      { numRuns: 200 },
    )
  })
})
