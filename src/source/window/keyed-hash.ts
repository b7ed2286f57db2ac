import { randomBytes } from 'node:crypto'

/** Hashes four words of 32 bits to one. */
export type KeyedHash = (a: number, b: number, c: number, d: number) => number

const HALVES = 8

/**
 * A hash that nobody can foresee, so that nobody can choose ids that fall into one place: each half of a word is
 * multiplied by a random number of its own, and the upper halves of two such sums are taken. Of two different inputs the
 * chance to meet is about 2⁻³² (multilinear hashing: Lemire and Kaser, "Strongly universal string hashing is fast", 2014).
 */
export function createKeyedHash(): KeyedHash {
  const one = randomWords()
  const two = randomWords()
  return (a, b, c, d) => (sum(one, a, b, c, d) >>> 16) | (sum(two, a, b, c, d) & 0xffff0000)
}

function randomWords(): Int32Array {
  const bytes = randomBytes(4 * HALVES)
  return Int32Array.from({ length: HALVES }, (_, index) => bytes.readInt32LE(4 * index))
}

function sum(keys: Int32Array, a: number, b: number, c: number, d: number): number {
  return (
    (Math.imul(keys[0] ?? 0, a & 0xffff) +
      Math.imul(keys[1] ?? 0, a >>> 16) +
      Math.imul(keys[2] ?? 0, b & 0xffff) +
      Math.imul(keys[3] ?? 0, b >>> 16) +
      Math.imul(keys[4] ?? 0, c & 0xffff) +
      Math.imul(keys[5] ?? 0, c >>> 16) +
      Math.imul(keys[6] ?? 0, d & 0xffff) +
      Math.imul(keys[7] ?? 0, d >>> 16)) |
    0
  )
}
