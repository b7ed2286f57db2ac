import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBodyBuffer } from './body-buffer.js'
import { createInFlight } from './in-flight.js'
import { RequestRefusal } from './request-refusal.js'

const LARGE = 1_000_000

/** A ticket that tells what was taken. */
function createTicket(maxBytes = LARGE) {
  const ticket = createInFlight({ maxRequests: 1, maxBytes }).enter()
  let taken = 0
  return {
    get taken() {
      return taken
    },
    grow: (bytes: number, first: Buffer) => {
      const buffer = ticket.grow(bytes, first)
      taken = buffer.length
      return buffer
    },
    release: () => ticket.release(),
  }
}

describe('a body buffer', () => {
  it('holds what was added, and takes room for no more than twice as much, a first piece apart', () => {
    const sizes = fc.array(fc.nat(90_000), { maxLength: 8 })
    fc.assert(
      fc.property(sizes, (lengths) => {
        const pieces = lengths.map((length, index) => Buffer.alloc(length, index + 1))
        const ticket = createTicket()
        const body = createBodyBuffer(LARGE, ticket)
        for (const piece of pieces) body.add(piece)
        const whole = Buffer.concat(pieces)
        expect(body.length).toBe(whole.length)
        expect(body.end().equals(whole)).toBe(true)
        expect(ticket.taken).toBeGreaterThanOrEqual(whole.length)
        expect(ticket.taken).toBeLessThanOrEqual(Math.max(65_536, 2 * whole.length))
      }),
      { numRuns: 50 },
    )
  })

  it('takes no room before anything has come, and never more than the body may have', () => {
    const ticket = createTicket()
    const body = createBodyBuffer(10, ticket)
    expect(ticket.taken).toBe(0)
    body.add(Buffer.alloc(1))
    expect(ticket.taken).toBe(10)
    body.add(Buffer.alloc(9))
    expect(ticket.taken).toBe(10)
  })

  it.each([
    ['grows too large', 413, 10, LARGE],
    ['finds no room', 503, LARGE, 70_000],
  ])('refuses a body that %s', (_what, status, maxBytes, room) => {
    const body = createBodyBuffer(maxBytes, createTicket(room))
    body.add(Buffer.alloc(10))
    const grow = (): void => body.add(Buffer.alloc(70_000))
    expect(grow).toThrow(RequestRefusal)
    expect(grow).toThrow(expect.objectContaining({ status }))
  })
})
