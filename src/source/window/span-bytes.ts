import type { Attributes, AttributeValue } from '../../model/attributes.js'
import type { InstrumentationScope, Resource, Span } from '../../model/span.js'

// What V8 spends on each thing, in bytes, rounded up; measured over full windows of small and of usual spans. Strings
// are counted in full for every holder, though decoded ones are often shared: the estimate errs on the high side.
const SPAN = 320
const EVENT = 96
const LINK = 224
const RESOURCE = 200
const ARRAY = 48
const STRING = 16
const BIGINT = 24
const NUMBER = 16
const BYTES = 200

/** About how many bytes of memory a span takes, without its resource and scope, which spans share. */
export function estimateSpanBytes(span: Span): number {
  let bytes = SPAN + text(span.name) + text(span.traceState) + text(span.status.message)
  bytes += attributesBytes(span.attributes)
  for (const event of span.events) bytes += EVENT + text(event.name) + attributesBytes(event.attributes)
  for (const link of span.links) bytes += LINK + text(link.traceState) + attributesBytes(link.attributes)
  return bytes
}

/** About how many bytes of memory a resource or a scope takes. */
export function estimateSharedBytes(shared: Resource | InstrumentationScope): number {
  const names = 'name' in shared ? text(shared.name) + text(shared.version) : 0
  return RESOURCE + names + attributesBytes(shared.attributes)
}

function attributesBytes(attributes: Attributes): number {
  if (attributes.size === 0) return 0
  let bytes = mapBytes(attributes.size)
  for (const [key, value] of attributes) bytes += text(key) + valueBytes(value)
  return bytes
}

/** A map grows by doubling, from 4 entries on; each has three words, and half a one in the table of hashes. */
function mapBytes(size: number): number {
  const capacity = Math.max(4, 2 ** Math.ceil(Math.log2(size)))
  return 88 + 28 * capacity
}

function valueBytes(value: AttributeValue): number {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'bigint') return BIGINT
  if (typeof value === 'number') return NUMBER
  if (typeof value === 'boolean') return 0
  if (value instanceof Uint8Array) return BYTES + value.byteLength
  if (!isList(value)) return attributesBytes(value)
  let bytes = ARRAY
  for (const item of value) bytes += NUMBER + valueBytes(item)
  return bytes
}

function isList(value: readonly AttributeValue[] | Attributes): value is readonly AttributeValue[] {
  return Array.isArray(value)
}

/** Two bytes a character: one that is not Latin-1 makes a string twice as wide. */
function text(value: string): number {
  return value === '' ? 0 : STRING + 2 * value.length
}
