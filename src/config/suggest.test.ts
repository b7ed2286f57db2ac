import { describe, expect, it } from 'vitest'
import { suggest } from './suggest.js'

const KNOWN = ['threshold', 'for', 'window', 'no_data']

describe('suggest', () => {
  it.each([
    ['threshhold', 'did you mean threshold?'],
    ['Window', 'did you mean window?'],
    ['nodata', 'did you mean no_data?'],
    ['fro', 'did you mean for?'],
    ['fr', 'did you mean for?'],
    ['colour', undefined],
    ['', undefined],
    ['x'.repeat(1000), undefined],
  ])('for %.20j is %j', (word, hint) => {
    expect(suggest(word, KNOWN)).toBe(hint)
  })
})
