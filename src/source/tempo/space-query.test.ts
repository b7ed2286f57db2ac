import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, print } from '../../traceql/index.js'
import { spaceQuery } from './space-query.js'

const atom = fc.constantFrom(
  'status = error',
  'span.retries > 12.5',
  'duration > 1m30s',
  'name =~ `a && b`',
  'resource.service.name = "x || \\"y\\""',
  '.x != nil',
  'name = "Ünïcode ✓ 🦀"',
)
const query = fc
  .tuple(
    fc.array(fc.array(atom, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 60 }),
    fc.nat({ max: 40 }),
  )
  .map(([groups, pad]) => {
    const filter = groups.map((group) => `(${group.join(' && ')})`).join(' || ')
    return `{ ${' '.repeat(pad)}${filter} } | by(span:id) | select(status, span.retries)`
  })

/** The edges that lie within text that Tempo could lose. */
function edgesInText(spaced: string): readonly number[] {
  const bytes = Buffer.from(spaced)
  const edges = Array.from({ length: Math.floor(bytes.length / 1024) }, (_, index) => (index + 1) * 1024)
  return edges.filter(
    (edge) =>
      bytes
        .subarray(edge - 4, edge + 4)
        .toString()
        .trim() !== '',
  )
}

describe('spaceQuery', () => {
  it('leaves a short query alone', () => {
    expect(spaceQuery('{ status = error }')).toBe('{ status = error }')
  })

  it('changes nothing but spaces between tokens, such that every edge lies within spaces', () => {
    fc.assert(
      fc.property(query, (text) => {
        const spaced = spaceQuery(text)
        expect(print(parse(spaced))).toBe(print(parse(text)))
        expect(edgesInText(spaced)).toEqual([])
      }),
    )
  })

  it('reads no quotes in comments', () => {
    const long = Array.from({ length: 80 }, (_, index) => `name = "n${index} && x"`).join(' || ')
    const text = `{ ${long} } // it's "so`
    expect(print(parse(spaceQuery(text)))).toBe(print(parse(text)))
  })

  it('takes a query that is none as it is, but for spaces', () => {
    const text = `{ ${'"'.repeat(1200)}`
    expect(spaceQuery(text).replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
  })
})
