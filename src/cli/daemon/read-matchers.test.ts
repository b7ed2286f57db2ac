import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatMatcher } from '../../model/format-matchers.js'
import { InputError } from '../query/input-error.js'
import { readLabels } from '../route/read-labels.js'
import { readMatchers, toFilters } from './read-matchers.js'

describe('readMatchers', () => {
  it.each<[readonly string[], string]>([
    [[], ''],
    [['Slow'], 'alertname="Slow"'],
    [['My alert: 2/3'], 'alertname="My alert: 2/3"'],
    [['severity=page', 'service=~"shop.*"'], 'severity="page" service=~"shop.*"'],
    [['{a="1",b!=2}'], 'a="1" b!="2"'],
    [['a='], 'a=""'],
  ])('reads %j', (texts, expected) => {
    expect(readMatchers(texts).map(formatMatcher).join(' ')).toBe(expected)
  })

  it.each([['"'], [''], ['{}'], ['=x'], ['a=b,,'], ['a~b']])('refuses %j', (text) => {
    expect(() => readMatchers([text])).toThrow(InputError)
  })

  it('reads anything or refuses it, and asks for what it read', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        try {
          const matchers = readMatchers(texts)
          const filters = new URLSearchParams(toFilters(matchers).toString()).getAll('filter')
          expect(filters.length).toBe(matchers.length)
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
    )
  })
})

describe('readLabels', () => {
  it('reads labels, each once', () => {
    expect([...readLabels(['Slow', 'service="my shop"', '__proto__=x'])]).toEqual([
      ['alertname', 'Slow'],
      ['service', 'my shop'],
      ['__proto__', 'x'],
    ])
    expect(() => readLabels(['a=~b'])).toThrow('--labels: found a=~…, expected name=value')
    expect(() => readLabels(['a=1', 'a=2'])).toThrow('--labels: found a twice, expected it once')
  })
})
