import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  loadEvalCases,
  loadMetricsCases,
  loadParseCases,
  TRACES,
} from '../../test/conformance/traceql/cases.js'
import { loadTraces } from '../../test/conformance/traceql/load-traces.js'
import { TraceqlError } from './error.js'
import { check, compile, parse, print } from './index.js'
import { lex } from './lexer.js'

const traces = loadTraces(TRACES)
const queries = [...loadParseCases(), ...loadEvalCases(), ...loadMetricsCases()].map(({ query }) => query)
const window = { mode: 'range', start: 1_748_779_200_000, end: 1_748_779_800_000, stepMs: 60_000 } as const

/** Takes a query all the way; whatever is wrong with it must be said by a `TraceqlError`. */
function run(text: string): void {
  try {
    const query = parse(text)
    expect(print(parse(print(query)))).toBe(print(query))
    const program = compile(check(query))
    if (program.kind === 'search') {
      for (const trace of traces) program.evaluate(trace)
      return
    }
    const accumulator = program.start(window)
    for (const trace of traces) accumulator.add(trace)
    accumulator.answer()
  } catch (error) {
    if (!(error instanceof TraceqlError)) throw error
    expect(error.line).toBeGreaterThan(0)
    expect(error.caret).toContain('^')
  }
}

function wordsOf(text: string): readonly string[] {
  try {
    return lex(text)
      .slice(0, -1)
      .map(({ at, end }) => text.slice(at, end))
  } catch {
    return []
  }
}

const sentences = queries.map(wordsOf).filter((words) => words.length > 0)
const words = [...new Set(sentences.flat())]

describe('any text', () => {
  it('of any characters is taken or refused', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), run), { numRuns: 2000 })
  })

  it('of the characters of TraceQL is taken or refused', () => {
    const characters = fc.constantFrom(...'{}()|&<>=!~+-*/%^,."`\\:_ \n\t019.eEsmµabnil'.split(''))
    fc.assert(fc.property(fc.string({ unit: characters }), run), { numRuns: 2000 })
  })

  it('of the words of TraceQL is taken or refused', () => {
    const text = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((chosen) => chosen.join(' '))
    fc.assert(fc.property(text, run), { numRuns: 2000 })
  })

  it('that is a query with a few words changed is taken or refused', () => {
    const change = fc.record({
      sentence: fc.constantFrom(...sentences),
      at: fc.nat(),
      removed: fc.nat({ max: 2 }),
      added: fc.array(fc.constantFrom(...words), { maxLength: 2 }),
    })
    fc.assert(
      fc.property(change, ({ sentence, at, removed, added }) => {
        run(sentence.toSpliced(at % sentence.length, removed, ...added).join(' '))
      }),
      { numRuns: 2000 },
    )
  })

  it('of any length is answered soon', () => {
    const pieces = [
      '(',
      '{',
      '-',
      '!',
      '.a && ',
      '{ } >> ',
      '"',
      '`',
      '/*',
      '//',
      '1',
      '.',
      'span.',
      'a.',
      '^1',
    ]
    for (const piece of pieces) {
      run(piece.repeat(40_000))
      run(`{ ${piece.repeat(40_000)}`)
    }
  })
})
