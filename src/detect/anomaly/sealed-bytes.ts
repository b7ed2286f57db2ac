import { crc32 } from 'node:zlib'
import { SnapshotError } from './statistics/snapshot-error.js'

const SEAL_BYTES = 4

/** The bytes behind a checksum of them, so that damage to any of them is found out. */
export function sealBytes(bytes: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(SEAL_BYTES + bytes.length)
  new DataView(sealed.buffer).setUint32(0, crc32(bytes))
  sealed.set(bytes, SEAL_BYTES)
  return sealed
}

/** The bytes that were sealed. Throws a `SnapshotError` where they are not what they were then. */
export function openSealed(sealed: Uint8Array): Uint8Array {
  if (sealed.length < SEAL_BYTES) {
    throw new SnapshotError(`found ${sealed.length} bytes, expected a checksum of ${SEAL_BYTES}`)
  }
  const expected = new DataView(sealed.buffer, sealed.byteOffset).getUint32(0)
  const bytes = sealed.subarray(SEAL_BYTES)
  const found = crc32(bytes)
  if (found === expected) return bytes
  throw new SnapshotError(`found the checksum ${found} of ${bytes.length} bytes, expected ${expected}`)
}
