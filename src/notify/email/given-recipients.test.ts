import { describe, expect, it } from 'vitest'
import { createGivenRecipients } from './given-recipients.js'

describe('who has been given a mail', () => {
  it('is known by the mail, until it is forgotten', () => {
    const given = createGivenRecipients()
    given.add('m', ['a'])
    given.add('m', ['b'])
    expect(given.waiting('m', ['a', 'b', 'c'])).toEqual(['c'])
    expect(given.waiting('n', ['a', 'b', 'c'])).toEqual(['a', 'b', 'c'])
    given.forget('m')
    expect(given.waiting('m', ['a'])).toEqual(['a'])
  })

  it('is known of so many mails only, of those that were tried last', () => {
    const given = createGivenRecipients()
    for (let mail = 0; mail <= 1000; mail += 1) given.add(String(mail), ['a'])
    expect([given.waiting('0', ['a']), given.waiting('1', ['a'])]).toEqual([['a'], []])
    given.add('1', ['b'])
    given.add('new', ['a'])
    expect([given.waiting('1', ['a', 'b']), given.waiting('2', ['a'])]).toEqual([[], ['a']])
  })
})
