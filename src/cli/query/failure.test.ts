import { describe, expect, it } from 'vitest'
import { QueryError } from '../../query/query-error.js'
import { check, parse, TraceqlError } from '../../traceql/index.js'
import { toFailure } from './failure.js'
import { InputError } from './input-error.js'

function thrownBy(work: () => void): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

const evaluation = { stage: 'evaluation', text: '{ 1/0 }', at: 2, problem: 'divided by zero' } as const

describe('toFailure', () => {
  it.each<[string, unknown, number, string]>([
    ['a faulty option', new InputError('--limit: no'), 2, '--limit: no'],
    ['a fault of the input', new QueryError('input', 'a: no such file'), 2, 'a: no such file'],
    [
      'a source that is down',
      new QueryError('source', 'refused\n  check \u001b[2J'),
      3,
      'refused\n  check \\u001b[2J',
    ],
    ['a query that does not parse', thrownBy(() => parse('{ .a = }')), 2, '{ .a = }\n       ^'],
    [
      'a query that makes no sense',
      thrownBy(() => check(parse('{ status = 5 }'))),
      2,
      '{ status = 5 }\n         ^',
    ],
    [
      'a query that fails on the data',
      new TraceqlError(evaluation),
      3,
      'line 1, col 3: divided by zero\n{ 1/0 }\n  ^',
    ],
  ])('tells of %s', (_, error, exitCode, text) => {
    expect(toFailure(error)).toEqual({ exitCode, text: expect.stringContaining(text) })
  })

  it('leaves an error that nobody expected', () => {
    expect(toFailure(new Error('bug'))).toBeUndefined()
  })
})
