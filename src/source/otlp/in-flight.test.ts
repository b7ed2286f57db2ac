import { expect, it } from 'vitest'
import { createInFlight } from './in-flight.js'

const MIB = 2 ** 20

it('bounds the memory of all requests, whatever was there before', () => {
  const inFlight = createInFlight({ maxRequests: 10, maxBytes: 400_000 })
  for (const size of [100_000, 150_000, 399_000]) {
    const one = inFlight.enter()
    one.grow(size, Buffer.alloc(0))
    one.release()
  }
  const [first, second] = [inFlight.enter(), inFlight.enter()]
  const held = [first, second].map((ticket) => ticket.grow(200_000, Buffer.alloc(0)).length)
  expect(held).toEqual([200_000, 200_000])
  expect(() => inFlight.enter().grow(1, Buffer.alloc(0))).toThrow('overloaded: 400000 bytes')
  second.release()
  second.release()
  expect(inFlight.enter().grow(200_000, Buffer.alloc(0))).toHaveLength(200_000)
})

it('gives memory to one request at a time, with what the request had before', () => {
  const inFlight = createInFlight({ maxRequests: 10, maxBytes: 10 * MIB })
  const ended = inFlight.enter()
  const first = ended.grow(100_000, Buffer.alloc(0))
  ended.release()
  const [one, other] = [inFlight.enter(), inFlight.enter()]
  const again = one.grow(90_000, Buffer.from('kept'))
  expect(again.buffer).toBe(first.buffer)
  expect(again.toString('utf8', 0, 4)).toBe('kept')
  const another = other.grow(90_000, Buffer.from('other'))
  expect(another.buffer).not.toBe(first.buffer)
  expect(one.grow(300_000, again.subarray(0, 4)).toString('utf8', 0, 4)).toBe('kept')
  expect(inFlight.enter().grow(90_000, Buffer.alloc(0)).buffer).toBe(first.buffer)
})
