import { describe, expect, it } from 'vitest'
import { createFaults, SWITCHES } from '../../../examples/host-app/faults.js'
import { DemoError } from './demo-error.js'
import { FAULT_NAMES, LEARNING, playOf } from './wished-fault.js'

const BREAKING = FAULT_NAMES.filter((name) => name !== 'none')

describe('a fault that is wished for', () => {
  it.each(BREAKING)('%s comes after what is usual was learned, and goes again', (name) => {
    const play = playOf(name)
    expect(play(0)).toBe(LEARNING)
    expect([1, 2, 3, 4].map((index) => play(index).faults !== '')).toEqual([true, false, true, false])
  })

  it.each(FAULT_NAMES)('%s is one that the shop knows', (name) => {
    expect(createFaults().set(new URLSearchParams(playOf(name)(1).faults))).toBeUndefined()
  })

  it('may be none, and then nothing is broken', () => {
    expect([0, 1, 2].map((index) => playOf('none')(index).faults)).toEqual(['', '', ''])
  })

  it('may be each of the switches of the shop', () => {
    expect(SWITCHES.filter((name) => !FAULT_NAMES.includes(name))).toEqual([])
  })

  it.each(['', 'n+1', 'toString', '--seconds'])('is refused where it is %j', (name) => {
    expect(() => playOf(name)).toThrow(DemoError)
  })
})
