import type { Snapshot } from '../snapshot-store.js'
import { encodeJson, parseFields, RowError } from './json-fields.js'

const LENGTH_BYTES = 4

/** The name and the time as JSON, after the length of that in four bytes; then the bytes as they are. */
export function encodeSnapshot({ name, at, bytes }: Snapshot): Uint8Array {
  const head = new TextEncoder().encode(encodeJson({ name, at }))
  const body = new Uint8Array(LENGTH_BYTES + head.length + bytes.length)
  new DataView(body.buffer).setUint32(0, head.length)
  body.set(head, LENGTH_BYTES)
  body.set(bytes, LENGTH_BYTES + head.length)
  return body
}

/** Throws a `RowError`. */
export function decodeSnapshot(body: string | Uint8Array): Snapshot {
  if (typeof body === 'string') throw new RowError('expected bytes, found text')
  const start = LENGTH_BYTES + lengthOf(body)
  if (body.length < start) throw new RowError(`expected ${start} bytes or more, found ${body.length}`)
  const fields = parseFields(new TextDecoder().decode(body.subarray(LENGTH_BYTES, start)))
  return { name: fields.text('name'), at: fields.number('at'), bytes: body.slice(start) }
}

function lengthOf(body: Uint8Array): number {
  if (body.length < LENGTH_BYTES) throw new RowError(`expected ${LENGTH_BYTES} bytes or more`)
  return new DataView(body.buffer, body.byteOffset).getUint32(0)
}
