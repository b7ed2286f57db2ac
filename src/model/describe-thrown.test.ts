import { describe, expect, it } from 'vitest'
import { describeThrown } from './describe-thrown.js'

const unshowable = 'something that cannot be shown as text'

describe('describeThrown', () => {
  it.each<[string, unknown, string]>([
    ['an error', new TypeError('no function'), 'TypeError: no function'],
    ['a text', 'a text', 'a text'],
    ['nothing', undefined, 'undefined'],
    ['a symbol', Symbol('mark'), 'Symbol(mark)'],
    ['an object without a prototype', Object.create(null), unshowable],
    ['an object whose toString throws', { toString: () => fail() }, unshowable],
    [
      'an error whose message throws',
      Object.defineProperty(new Error(), 'message', { get: fail }),
      unshowable,
    ],
  ])('describes %s', (_, thrown, expected) => {
    expect(describeThrown(thrown)).toBe(expected)
  })
})

function fail(): never {
  throw new Error('not to be read')
}
