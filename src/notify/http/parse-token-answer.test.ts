import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTokenAnswer, parseTokenError } from './parse-token-answer.js'

describe('parseTokenAnswer', () => {
  it.each<[object, ReturnType<typeof parseTokenAnswer>]>([
    [
      { access_token: 'a', token_type: 'Bearer', expires_in: 3600 },
      { text: 'a', lifetimeMs: 3_600_000 },
    ],
    [
      { access_token: 'a', expires_in: '60' },
      { text: 'a', lifetimeMs: 60_000 },
    ],
    [
      { access_token: 'a', expires_in: -1 },
      { text: 'a', lifetimeMs: undefined },
    ],
    [{ access_token: 'a', token_type: 'mac' }, undefined],
    [{ access_token: 'a b' }, undefined],
    [{ access_token: 1 }, undefined],
  ])('reads %j', (answer, expected) => {
    expect(parseTokenAnswer(JSON.stringify(answer))).toEqual(expected)
  })

  it('makes of any answer a token for a header, or nothing', () => {
    const fields = fc.record(
      {
        access_token: fc.jsonValue(),
        token_type: fc.jsonValue(),
        expires_in: fc.jsonValue(),
        error: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    const answer = fc.oneof(
      fc.string(),
      fc.json(),
      fields.map((each) => JSON.stringify(each)),
    )
    fc.assert(
      fc.property(answer, (text) => {
        expect(parseTokenAnswer(text)?.text ?? 'none').toMatch(/^[!-~]+$/)
        expect(parseTokenAnswer(text)?.lifetimeMs ?? 1).toBeGreaterThan(0)
        expect(parseTokenError(text) ?? 'none').toMatch(/^[a-z_]+$/)
      }),
    )
  })
})
