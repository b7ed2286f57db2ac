import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'

/** The last values of any kind, of which it holds as many as its size: eight bytes each. */
export class RecentValues {
  private readonly values: number[] = []
  private oldest = 0

  /** Throws a `RangeError` where the size is no whole number from 1. */
  constructor(private readonly size: number) {
    if (!(Number.isSafeInteger(size) && size > 0)) {
      throw new RangeError(`the last ${size} values: expected a whole number from 1`)
    }
  }

  /** In no order. */
  get list(): readonly number[] {
    return this.values
  }

  /** A value that is not finite is passed over. */
  add(value: number): void {
    if (!Number.isFinite(value)) return
    this.values[this.oldest] = value
    this.oldest = (this.oldest + 1) % this.size
  }

  writeTo(writer: ByteWriter): void {
    writer.count(this.values.length)
    writer.count(this.oldest)
    for (const value of this.values) writer.double(value)
  }

  /** Throws a `SnapshotError` where the bytes are none of so many values. */
  static readFrom(reader: ByteReader, size: number): RecentValues {
    const read = new RecentValues(size)
    const count = reader.count(size)
    read.oldest = reader.count(size - 1)
    if (count < size && read.oldest !== count) throw reader.unexpected(`the place ${read.oldest}`, `${count}`)
    for (let index = 0; index < count; index += 1) read.values.push(reader.double())
    return read
  }
}
