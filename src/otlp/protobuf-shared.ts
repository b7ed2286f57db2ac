import type { AttributeValue } from '../model/attributes.js'
import type { InstrumentationScope, Resource } from '../model/span.js'
import { NO_ATTRIBUTES, NO_RESOURCE } from './decoded-spans.js'
import { readKeyValue } from './protobuf-attributes.js'
import type { ProtoReader } from './proto-reader.js'

/** Reads the `Resource` at hand. */
export function readResource(reader: ProtoReader): Resource {
  let attributes: Map<string, AttributeValue> | undefined
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 10) attributes = readKeyValue(reader, attributes)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return attributes ? { attributes } : NO_RESOURCE
}

/** Reads the `InstrumentationScope` at hand. */
export function readScope(reader: ProtoReader): InstrumentationScope {
  let name = ''
  let version = ''
  let attributes: Map<string, AttributeValue> | undefined
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 10) name = reader.string()
    else if (tag === 18) version = reader.string()
    else if (tag === 26) attributes = readKeyValue(reader, attributes)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return { name, version, attributes: attributes ?? NO_ATTRIBUTES }
}
