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

  it.each([
    ['rules', ['route', 'rule_files'], 'rule_files'],
    ['rule', ['route', 'rule_files'], 'rule_files'],
    ['timeout', ['url', 'query_timeout'], 'query_timeout'],
    ['routes', ['route', 'rule_files'], 'route'],
  ])('for %j of %j is %s, as a part counts too', (word, known, meant) => {
    expect(suggest(word, known)).toBe(`did you mean ${meant}?`)
  })
})
