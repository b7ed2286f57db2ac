import { SnapshotError } from './snapshot-error.js'

const SEVEN_BITS = 0x80

/** Reads what a `ByteWriter` wrote, in the same order. What does not read as expected throws a `SnapshotError`. */
export class ByteReader {
  private readonly view: DataView
  private at = 0

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** A whole number from 0 up to and including `most`. */
  count(most = Number.MAX_SAFE_INTEGER): number {
    let [value, scale] = [0, 1]
    for (let byte = SEVEN_BITS; byte >= SEVEN_BITS; scale *= SEVEN_BITS) {
      byte = this.bytes[this.skip(1)] ?? 0
      value += (byte % SEVEN_BITS) * scale
      if (!(value <= most)) throw this.unexpected(`${value}`, `a whole number up to ${most}`)
    }
    return value
  }

  /** A finite number from `least` up to and including `most`, written in four bytes. */
  float(least = -Infinity, most = Infinity): number {
    return this.within(this.view.getFloat32(this.skip(4), true), least, most)
  }

  /** A finite number from `least` up to and including `most`, written in eight bytes. */
  double(least = -Infinity, most = Infinity): number {
    return this.within(this.view.getFloat64(this.skip(8), true), least, most)
  }

  /** Text of up to so many bytes. */
  text(mostBytes: number): string {
    const length = this.count(mostBytes)
    const start = this.skip(length)
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        this.bytes.subarray(start, start + length),
      )
    } catch {
      throw this.unexpected('other bytes', 'UTF-8')
    }
  }

  /** Throws where anything is left. */
  end(): void {
    const left = this.bytes.length - this.at
    if (left > 0) throw this.unexpected(`${left} bytes more`, 'the end')
  }

  /** An error that names the place where the reader stands. */
  unexpected(found: string, expected: string): SnapshotError {
    return new SnapshotError(`byte ${this.at}: found ${found}, expected ${expected}`)
  }

  private within(value: number, least: number, most: number): number {
    if (Number.isFinite(value) && value >= least && value <= most) return value
    throw this.unexpected(`${value}`, `a number from ${least} to ${most}`)
  }

  /** Where the next bytes begin, which are passed. */
  private skip(count: number): number {
    const start = this.at
    const left = this.bytes.length - start
    if (count > left) throw this.unexpected(`the end after ${left} bytes`, `${count} bytes`)
    this.at += count
    return start
  }
}
