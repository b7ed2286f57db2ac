import { describe, expect, it } from 'vitest'
import { actAt, ACTS, PROLOGUE } from './acts.js'

describe('the acts', () => {
  it('begin with a time in which all is well, and then go round', () => {
    const played = Array.from({ length: 2 * ACTS.length + 1 }, (_, index) => actAt(index))
    expect(played).toEqual([PROLOGUE, ...ACTS, ...ACTS])
    expect(PROLOGUE.faults).toBe('')
  })

  it('put right what they broke before they break something else', () => {
    for (let index = 1; index <= 2 * ACTS.length; index += 1) {
      expect(actAt(index).faults !== '' && actAt(index - 1).faults !== '').toBe(false)
    }
  })
})
