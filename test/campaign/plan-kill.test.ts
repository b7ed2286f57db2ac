import { describe, expect, it } from 'vitest'
import { planKill } from '../../campaign/plan-kill.js'
import { readOptions } from '../../campaign/options.js'
import { createRandom } from '../../campaign/random.js'
import { STEPS } from '../../campaign/steps.js'

describe('the plan of the campaign', () => {
  it('goes through every step, with as many kills at random', () => {
    const random = createRandom(1)
    const plans = Array.from({ length: 2 * STEPS.length }, (_, number) => planKill(number, random))
    const steps = plans.flatMap((plan) => (plan.kind === 'step' ? [plan.step] : []))
    expect(steps).toEqual(STEPS)
  })

  it('is the same for the same seed', () => {
    const draw = (seed: number) => planKill(0, createRandom(seed))
    expect(draw(5)).toEqual(draw(5))
    expect(draw(5)).not.toEqual(draw(6))
  })

  it.each([
    ['--kills', '0'],
    ['--kills', 'many'],
    ['--seed', '1.5'],
  ])('refuses %s %s', (...args) => {
    expect(() => readOptions(args)).toThrow(`${args[0]}: expected a whole number`)
  })
})
