import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  loadEvalCases,
  loadMetricsCases,
  loadParseCases,
  tracesIn,
} from '../../test/conformance/traceql/cases.js'
import { loadTraces } from '../../test/conformance/traceql/load-traces.js'
import { TraceqlError } from './error.js'
import type { Query } from './index.js'
import { check, compile, parse, print } from './index.js'
import { lex } from './lexer.js'

const traces = loadTraces(tracesIn())
const queries = [...loadParseCases(), ...loadEvalCases(), ...loadMetricsCases()].map(({ query }) => query)
const window = { mode: 'range', start: 1_748_779_200_000, end: 1_748_779_800_000, stepMs: 60_000 } as const

/** Takes a query all the way. Tells what went wrong, if it is not an error that a reader can be shown. */
function faultOf(text: string): string | undefined {
  try {
    const query = parse(text)
    if (print(parse(print(query))) !== print(query)) return `${text} prints otherwise the second time`
    run(query)
  } catch (error) {
    if (!(error instanceof TraceqlError)) return `${text}: ${String(error)}`
    if (error.line < 1 || error.column < 1 || !error.caret.endsWith('^'))
      return `${text}: nowhere: ${error.message}`
  }
  return undefined
}

function run(query: Query): void {
  const program = compile(check(query))
  if (program.kind === 'search') {
    for (const trace of traces) program.evaluate(trace)
    return
  }
  const accumulator = program.start(window)
  for (const trace of traces) accumulator.add(trace)
  accumulator.answer()
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

const ofAnything = fc.string({ unit: 'binary' })
const CHARACTERS = '{}()|&<>=!~+-*/%^,."`\\:_ \n\t019.eEsmµabnil'
const ofCharacters = fc.string({ unit: fc.constantFrom(...Array.from(CHARACTERS)) })
const ofWords = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((chosen) => chosen.join(' '))
const ofChangedQueries = fc
  .record({
    sentence: fc.constantFrom(...sentences),
    at: fc.nat(),
    removed: fc.nat({ max: 2 }),
    added: fc.array(fc.constantFrom(...words), { maxLength: 2 }),
  })
  .map(({ sentence, at, removed, added }) =>
    sentence.toSpliced(at % sentence.length, removed, ...added).join(' '),
  )

describe('any text', () => {
  it.each([
    ['of any characters', ofAnything],
    ['of the characters of TraceQL', ofCharacters],
    ['of the words of TraceQL', ofWords],
    ['that is a query with a few words changed', ofChangedQueries],
  ])('%s is taken or refused', (_what, text) => {
    fc.assert(
      fc.property(text, (any) => {
        expect(faultOf(any)).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['(', '{', '-', '!', '.a && ', '{ } >> ', '"', '`', '/*', '//', '1', '.', 'span.', 'a.', '^1'])(
    'of any length is taken or refused: %s',
    (piece) => {
      expect(faultOf(piece.repeat(40_000))).toBeUndefined()
      expect(faultOf(`{ ${piece.repeat(20_000)}`)).toBeUndefined()
    },
  )
})
