import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createHeap } from './heap.js'

it('gives the lowest rank first, whatever comes and goes meanwhile', () => {
  const step = fc.oneof(fc.integer(), fc.constant('pop' as const))
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const heap = createHeap<number>((rank) => rank)
      let model: number[] = []
      for (const each of steps) {
        model = model.toSorted((a, b) => a - b)
        expect(heap.peek()).toBe(model[0])
        if (each === 'pop') expect(heap.pop()).toBe(model.shift())
        else {
          heap.push(each)
          model.push(each)
        }
        expect(heap.size).toBe(model.length)
      }
    }),
  )
})
