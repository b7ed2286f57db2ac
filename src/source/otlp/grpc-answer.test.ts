import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeGrpcMessage } from './grpc-answer.js'

describe('encodeGrpcMessage', () => {
  it.each([
    ['a plain text: "so", [or] ~so', 'a plain text: "so", [or] ~so'],
    ['100 %', '100 %25'],
    ['a\r\nb\t\0', 'a%0D%0Ab%09%00'],
    ['é 😀', '%C3%A9 %F0%9F%98%80'],
    ['half \ud800', 'half %EF%BF%BD'],
  ])('writes %j', (text, encoded) => {
    expect(encodeGrpcMessage(text)).toBe(encoded)
  })

  it('writes what can be read again, in printable ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = encodeGrpcMessage(text)
        expect(encoded).toMatch(/^[ -~]*$/)
        expect(decodeURIComponent(encoded)).toBe(text)
      }),
    )
  })
})
