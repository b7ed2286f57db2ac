import { describe, expect, it } from 'vitest'
import { SqliteFault } from './database.js'
import { orFault, toSqliteFault } from './to-sqlite-fault.js'

const withCode = (errcode: unknown): Error => Object.assign(new Error('some words'), { errcode })

describe('toSqliteFault', () => {
  it.each([
    ['a code', withCode(13), 'full'],
    ['an extended code', withCode(778), 'io'],
    ['a code that is not known', withCode(1), 'other'],
    ['a code that is none', withCode('13'), 'other'],
    ['words', new Error('database disk image is malformed'), 'corrupt'],
    ['other words', new Error('UNIQUE constraint failed: t.a'), 'other'],
    ['words that are no error', 'disk I/O error', 'io'],
    ['nothing', undefined, 'other'],
  ])('knows a fault by %s', (_, thrown, kind) => {
    expect(toSqliteFault(thrown)).toMatchObject({ name: 'SqliteFault', kind, cause: thrown })
  })

  it('leaves a fault as it is', () => {
    const fault = new SqliteFault('busy', 'busy')
    expect(toSqliteFault(fault)).toBe(fault)
  })
})

describe('orFault', () => {
  it('answers what is answered, and throws what is thrown as a fault', () => {
    expect(orFault(() => 1)).toBe(1)
    const fail = (): never => {
      throw withCode(11)
    }
    expect(() => orFault(fail)).toThrow(expect.objectContaining({ kind: 'corrupt' }))
  })
})
