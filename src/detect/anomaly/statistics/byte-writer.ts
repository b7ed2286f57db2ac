const FIRST_BYTES = 256
const MOST_SAFE = Number.MAX_SAFE_INTEGER
const VARINT_BYTES = 8
const SEVEN_BITS = 0x80

/** Writes numbers and text one after the other; a `ByteReader` reads them in the same order. */
export class ByteWriter {
  private bytes = new Uint8Array(FIRST_BYTES)
  private view = new DataView(this.bytes.buffer)
  private length = 0

  /** A whole number from 0, in few bytes where it is small. Throws a `RangeError` where it is none. */
  count(value: number): void {
    if (!(Number.isInteger(value) && value >= 0 && value <= MOST_SAFE)) {
      throw new RangeError(`${value} cannot be written: expected a whole number from 0`)
    }
    this.reserve(VARINT_BYTES)
    let rest = value
    for (; rest >= SEVEN_BITS; rest = Math.floor(rest / SEVEN_BITS))
      this.push((rest % SEVEN_BITS) + SEVEN_BITS)
    this.push(rest)
  }

  /** A number of any kind, in four bytes: about seven digits of it are kept. */
  float(value: number): void {
    this.reserve(4)
    this.view.setFloat32(this.length, value, true)
    this.length += 4
  }

  /** A number of any kind, exactly, in eight bytes. */
  double(value: number): void {
    this.reserve(8)
    this.view.setFloat64(this.length, value, true)
    this.length += 8
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value)
    this.count(bytes.length)
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** How many bytes were written so far. */
  get size(): number {
    return this.length
  }

  /** What was written so far, as a copy. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }

  private push(byte: number): void {
    this.bytes[this.length] = byte
    this.length += 1
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more))
    larger.set(this.bytes)
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }
}
