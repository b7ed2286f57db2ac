import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editDistance, findNearMisses } from './near-misses.js'

const RUNS = { numRuns: 200 }
const KNOWN = new Set([
  'TEMPO_URL',
  'TEMPO_TOKEN',
  'TEMPO_LATENCY_THRESHOLD_MS',
  'LOG_LEVEL',
  'TRACEBELL_TOKEN',
])

describe('findNearMisses', () => {
  it.each([
    ['TEMPO_LATENCY_TRESHOLD_MS', 'TEMPO_LATENCY_THRESHOLD_MS'],
    ['TEMPO_LATENCY_THRESHHOLD_MS', 'TEMPO_LATENCY_THRESHOLD_MS'],
    ['TEMPO_LATENCY_THRESHOLD', undefined],
    ['TEMPO_ULR', 'TEMPO_URL'],
    ['TEMPO_URLS', 'TEMPO_URL'],
    ['TEMPO_URL_', 'TEMPO_URL'],
    ['TEMPO_TOKENS', 'TEMPO_TOKEN'],
    ['LOG_LEVLE', 'LOG_LEVEL'],
    ['TRACEBELL_TOKN', 'TRACEBELL_TOKEN'],
    ['TEMPO_URL', undefined],
    ['TEMPO_', undefined],
    ['TEMPOURL', undefined],
    ['TEMP_URL', undefined],
    ['MY_TEMPO_URL', undefined],
    ['LOGS_LEVEL', undefined],
    ['tempo_ulr', undefined],
    ['PATH', undefined],
    ['', undefined],
  ])('sees in %j a misspelt %j', (name, meant) => {
    expect(findNearMisses({ [name]: 'x' }, KNOWN)).toEqual(meant === undefined ? [] : [{ name, meant }])
  })

  it('finds every one, and leaves out the text, which may be a secret', () => {
    expect(
      findNearMisses({ TEMPO_TOKN: 's3cr3t', HOME: '/', LOG_LEVEL: 'info', TEMPO_ULR: '' }, KNOWN),
    ).toEqual([
      { name: 'TEMPO_TOKN', meant: 'TEMPO_TOKEN' },
      { name: 'TEMPO_ULR', meant: 'TEMPO_URL' },
    ])
  })

  it('is not misled by a variable named __proto__', () => {
    const environment = Object.fromEntries(['__proto__', 'TEMPO___proto__'].map((name) => [name, 'x']))
    expect(findNearMisses(environment, KNOWN)).toEqual([])
  })
})

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['kitten', 'sitting', 3],
    ['flaw', 'lawn', 2],
    ['ab', 'ba', 2],
    ['TEMPO_PORT', 'TEMPO_URL', 3],
  ])('from %j to %j is %d', (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance)
  })

  const word = fc.stringMatching(/^[abc]{0,8}$/)

  it('is a distance: none to itself, the same both ways, and no shorter by a detour', () => {
    fc.assert(
      fc.property(word, word, word, (left, middle, right) => {
        const direct = editDistance(left, right)
        expect(editDistance(left, left)).toBe(0)
        expect(editDistance(right, left)).toBe(direct)
        expect(direct).toBeLessThanOrEqual(editDistance(left, middle) + editDistance(middle, right))
        expect(direct === 0).toBe(left === right)
      }),
      RUNS,
    )
  })

  it('is no more than the number of letters that were edited', () => {
    const edit = fc.record({ at: fc.nat(8), remove: fc.nat(1), put: fc.constantFrom('', 'a', 'x') })
    fc.assert(
      fc.property(word, fc.array(edit, { maxLength: 4 }), (text, edits) => {
        const edited = edits.reduce(
          (now, { at, remove, put }) => now.slice(0, at) + put + now.slice(at + remove),
          text,
        )
        expect(editDistance(text, edited)).toBeLessThanOrEqual(edits.length)
      }),
      RUNS,
    )
  })
})
