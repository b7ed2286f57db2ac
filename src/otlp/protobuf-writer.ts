const FIRST_BYTES = 4096

/** Writes protobuf into one growing buffer. Fields with their default value are left to the caller to leave out. */
export interface ProtobufWriter {
  text(field: number, value: string): void
  bytes(field: number, value: Uint8Array): void
  /** An int64, uint32, enum or bool, as a varint. */
  varint(field: number, value: bigint): void
  fixed32(field: number, value: number): void
  fixed64(field: number, value: bigint): void
  double(field: number, value: number): void
  /** A message, which `write` fills. */
  message(field: number, write: () => void): void
  /** What has been written. */
  finish(): Buffer
}

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

export function createProtobufWriter(): ProtobufWriter {
  let buffer = Buffer.allocUnsafe(FIRST_BYTES)
  let at = 0

  function reserve(size: number): void {
    if (at + size <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, at + size))
    buffer.copy(larger, 0, 0, at)
    buffer = larger
  }

  function tag(field: number, wireType: number): void {
    unsigned(field * 8 + wireType)
  }

  /** A varint of at most 32 bits. */
  function unsigned(value: number): void {
    reserve(5)
    let rest = value
    for (; rest > 127; rest >>>= 7) buffer[at++] = (rest & 127) | 128
    buffer[at++] = rest
  }

  function bytes(field: number, value: Uint8Array): void {
    tag(field, LENGTH)
    unsigned(value.length)
    reserve(value.length)
    buffer.set(value, at)
    at += value.length
  }

  return {
    bytes,
    text: (field, value) => bytes(field, Buffer.from(value)),
    varint: (field, value) => {
      tag(field, VARINT)
      reserve(10)
      let rest = BigInt.asUintN(64, value)
      for (; rest > 127n; rest >>= 7n) buffer[at++] = Number(rest & 127n) | 128
      buffer[at++] = Number(rest)
    },
    fixed32: (field, value) => {
      tag(field, FIXED32)
      reserve(4)
      at = buffer.writeUInt32LE(value >>> 0, at)
    },
    fixed64: (field, value) => {
      tag(field, FIXED64)
      reserve(8)
      at = buffer.writeBigUInt64LE(BigInt.asUintN(64, value), at)
    },
    double: (field, value) => {
      tag(field, FIXED64)
      reserve(8)
      at = buffer.writeDoubleLE(value, at)
    },
    // Its length is known afterwards: the content moves when that takes more than the one byte kept for it.
    message: (field, write) => {
      tag(field, LENGTH)
      const start = at
      unsigned(0)
      write()
      const size = at - start - 1
      const moved = start + sizeOfVarint(size)
      reserve(4)
      buffer.copyWithin(moved, start + 1, at)
      at = start
      unsigned(size)
      at = moved + size
    },
    finish: () => buffer.subarray(0, at),
  }
}

function sizeOfVarint(value: number): number {
  return value < 128 ? 1 : Math.ceil((32 - Math.clz32(value)) / 7)
}
