import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { SnapshotError } from './snapshot-error.js'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })

describe('ByteReader', () => {
  it('reads what a ByteWriter wrote', () => {
    const entry = fc.tuple(
      fc.maxSafeNat(),
      finite,
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: 'grapheme' }),
    )
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const writer = new ByteWriter()
        for (const [count, double, float, text] of entries) {
          writer.count(count)
          writer.double(double)
          writer.float(float)
          writer.text(text)
        }
        const reader = new ByteReader(writer.finish())
        for (const [count, double, float, text] of entries) {
          expect([reader.count(), reader.double(), reader.float(), reader.text(1000)]).toEqual([
            count,
            double,
            float,
            text,
          ])
        }
        reader.end()
      }),
    )
  })

  it.each([
    [
      'a count beyond the most',
      [200, 1],
      (reader: ByteReader) => reader.count(150),
      'byte 2: found 200, expected a whole number up to 150',
    ],
    [
      'a count without an end',
      [128, 128],
      (reader: ByteReader) => reader.count(),
      'byte 2: found the end after 0 bytes, expected 1 bytes',
    ],
    [
      'a count of zeros that go on',
      Array.from({ length: 400 }, () => 128),
      (reader: ByteReader) => reader.count(),
      'found',
    ],
    [
      'half a number',
      [0, 0, 0],
      (reader: ByteReader) => reader.float(),
      'byte 0: found the end after 3 bytes, expected 4 bytes',
    ],
    [
      'what is no number',
      [0, 0, 192, 127],
      (reader: ByteReader) => reader.float(),
      'found NaN, expected a number from -Infinity to Infinity',
    ],
    [
      'a number that is too small',
      [0, 0, 128, 191],
      (reader: ByteReader) => reader.float(0, 1),
      'found -1, expected a number from 0 to 1',
    ],
    [
      'text that is too long',
      [9, 65],
      (reader: ByteReader) => reader.text(8),
      'found 9, expected a whole number up to 8',
    ],
    ['text that is none', [1, 255], (reader: ByteReader) => reader.text(8), 'expected UTF-8'],
    [
      'what comes after the end',
      [1],
      (reader: ByteReader) => reader.end(),
      'byte 0: found 1 bytes more, expected the end',
    ],
  ])('refuses %s', (_, bytes, read, message) => {
    const reader = new ByteReader(Uint8Array.from(bytes))
    expect(() => read(reader)).toThrow(SnapshotError)
    expect(() => read(new ByteReader(Uint8Array.from(bytes)))).toThrow(message)
  })
})

describe('ByteWriter', () => {
  it.each([-1, 0.5, Number.NaN, 2 ** 53])('writes no count of %d', (value) => {
    expect(() => new ByteWriter().count(value)).toThrow(RangeError)
  })
})
