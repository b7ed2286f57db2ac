import type { Attributes } from '../model/attributes.js'
import type { Reader } from './frame.js'
import type { ItemChoice } from './read-intrinsic.js'
import type { Attribute } from './tree.js'
import { toValue } from './value.js'

const SERVICE_NAME = 'service.name'

/** Reads an attribute. A resource without `service.name` has it empty, as in Tempo. */
export function createAttributeReader({ scope, name }: Attribute, choice: ItemChoice): Reader {
  switch (scope) {
    case 'span':
      return ({ span }) => toValue(span.attributes.get(name))
    case 'resource':
      return createResourceReader(name)
    case 'instrumentation':
      return ({ span }) => toValue(span.scope.attributes.get(name))
    case 'none':
      return createUnscopedReader(name)
    case 'event':
      return choice === 'each'
        ? ({ event }) => toValue(event?.attributes.get(name))
        : ({ span }) => toValue(findFirst(span.events, name))
    case 'link':
      return choice === 'each'
        ? ({ link }) => toValue(link?.attributes.get(name))
        : ({ span }) => toValue(findFirst(span.links, name))
  }
}

function createResourceReader(name: string): Reader {
  if (name !== SERVICE_NAME) return ({ span }) => toValue(span.resource.attributes.get(name))
  return ({ span }) => toValue(span.resource.attributes.get(name) ?? '')
}

/** The span's own attribute, else its resource's. */
function createUnscopedReader(name: string): Reader {
  const readResource = createResourceReader(name)
  return (frame) => {
    const own = frame.span.attributes.get(name)
    return own === undefined ? readResource(frame) : toValue(own)
  }
}

function findFirst(
  items: readonly { readonly attributes: Attributes }[],
  name: string,
): ReturnType<Attributes['get']> {
  for (const { attributes } of items) {
    const value = attributes.get(name)
    if (value !== undefined) return value
  }
  return undefined
}
