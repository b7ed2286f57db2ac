/**
 * The value of an attribute, with OpenTelemetry's types kept apart: an int is a `bigint`, a double a `number`,
 * bytes a `Uint8Array`, a key-value list a nested `Attributes`.
 */
export type AttributeValue =
  | string
  | boolean
  | bigint
  | number
  | Uint8Array
  | readonly AttributeValue[]
  | Attributes

/** Attributes of a span, resource, scope, event or link. A map, so that no key can reach a prototype. */
export type Attributes = ReadonlyMap<string, AttributeValue>
