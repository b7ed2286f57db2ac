import { describe, expect, it } from 'vitest'
import { httpUrl, integer } from './parsers.js'
import { createVariableReader } from './variables.js'

const number = integer(1, 9)

describe('createVariableReader', () => {
  it.each([
    ['its value', '7', 7, 7],
    ['its value without the space around it', ' 7\n', 7, 7],
    ['the default where it is unset', undefined, undefined, 5],
    ['the default where it is empty', '', undefined, 5],
    ['the default where it is blank', ' \t ', undefined, 5],
  ])('gives %s', (_, text, optional, withDefault) => {
    const read = createVariableReader({ A: text })
    expect(read.optional('A', number)).toBe(optional)
    expect(read.withDefault('A', number, 5)).toBe(withDefault)
    expect(read.faults).toEqual([])
  })

  it('gives the default where the text is faulty, and keeps every fault in order', () => {
    const read = createVariableReader({ A: '10', B: 'x', C: '3' })
    expect([
      read.withDefault('A', number, 5),
      read.optional('B', number),
      read.withDefault('C', number, 5),
    ]).toEqual([5, undefined, 3])
    read.fault({ name: 'C', expected: 'less' })
    expect(read.faults).toEqual([
      { name: 'A', found: '10', expected: 'a whole number from 1 to 9' },
      { name: 'B', found: 'x', expected: 'a whole number from 1 to 9' },
      { name: 'C', expected: 'less' },
    ])
  })

  it('knows which names were read, set or not', () => {
    const read = createVariableReader({ A: '1', Z: '1' })
    read.optional('A', number)
    read.optional('B', number)
    expect([...read.names]).toEqual(['A', 'B'])
  })

  it('never quotes a secret', () => {
    const read = createVariableReader({ A: 's3cr3t' })
    read.optional('A', number, { secret: true })
    expect(read.faults).toEqual([{ name: 'A', found: '(hidden)', expected: 'a whole number from 1 to 9' }])
  })

  it.each([
    ['tempo:3200', 'tempo:3200'],
    ['htp://tempo:3200', 'htp://tempo:3200'],
    ['http://user:s3cr3t@tempo', 'http://(hidden)@tempo'],
    ['http://user:s3/cr3t@1@tempo', 'http://(hidden)@tempo'],
    ['user:s3cr3t@tempo:3200', '(hidden)@tempo:3200'],
    ['HTTPS://user:s3\ncr3t@tempo', 'HTTPS://(hidden)@tempo'],
    ['ftp://tempo/?key=s3cr3t\ns3cr3t', 'ftp://tempo/?(hidden)'],
  ])('quotes %j without what may be a password or a key: %j', (text, found) => {
    const read = createVariableReader({ A: text })
    read.optional('A', httpUrl)
    expect(read.faults[0]?.found).toBe(found)
  })
})
