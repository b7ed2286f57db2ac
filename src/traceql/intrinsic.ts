/** The types a field expression may have. `attribute`: known only when a span is at hand. */
export type FieldType =
  | 'string'
  | 'int'
  | 'float'
  | 'bool'
  | 'duration'
  | 'status'
  | 'kind'
  | 'nil'
  | 'attribute'

/**
 * Everything TraceQL knows of a span without reading attributes, under the name that Tempo gives it in labels.
 * `instrumentation:name` and `instrumentation:version` have no fixed type, as in Tempo.
 */
export const INTRINSIC_TYPES = {
  name: 'string',
  status: 'status',
  statusMessage: 'string',
  kind: 'kind',
  duration: 'duration',
  rootName: 'string',
  rootServiceName: 'string',
  traceDuration: 'duration',
  nestedSetLeft: 'int',
  nestedSetRight: 'int',
  nestedSetParent: 'int',
  parent: 'nil',
  'span:id': 'string',
  'span:parentID': 'string',
  'span:childCount': 'int',
  'trace:id': 'string',
  'event:name': 'string',
  'event:timeSinceStart': 'duration',
  'link:traceID': 'string',
  'link:spanID': 'string',
  'instrumentation:name': 'attribute',
  'instrumentation:version': 'attribute',
} as const satisfies Readonly<Record<string, FieldType>>

export type IntrinsicName = keyof typeof INTRINSIC_TYPES

const UNSCOPED = [
  'name',
  'status',
  'statusMessage',
  'kind',
  'duration',
  'rootName',
  'rootServiceName',
  'traceDuration',
  'nestedSetLeft',
  'nestedSetRight',
  'nestedSetParent',
  'parent',
] as const satisfies readonly IntrinsicName[]

const UNSCOPED_INTRINSICS: ReadonlyMap<string, IntrinsicName> = new Map(UNSCOPED.map((name) => [name, name]))

const SCOPED_INTRINSICS: ReadonlyMap<string, IntrinsicName> = new Map<string, IntrinsicName>([
  ['span:name', 'name'],
  ['span:status', 'status'],
  ['span:statusMessage', 'statusMessage'],
  ['span:kind', 'kind'],
  ['span:duration', 'duration'],
  ['span:id', 'span:id'],
  ['span:parentID', 'span:parentID'],
  ['span:childCount', 'span:childCount'],
  ['trace:id', 'trace:id'],
  ['trace:duration', 'traceDuration'],
  ['trace:rootName', 'rootName'],
  ['trace:rootService', 'rootServiceName'],
  ['event:name', 'event:name'],
  ['event:timeSinceStart', 'event:timeSinceStart'],
  ['link:traceID', 'link:traceID'],
  ['link:spanID', 'link:spanID'],
  ['instrumentation:name', 'instrumentation:name'],
  ['instrumentation:version', 'instrumentation:version'],
])

/** The scopes that may stand before a colon. */
export const INTRINSIC_SCOPES: ReadonlySet<string> = new Set([
  'span',
  'trace',
  'event',
  'link',
  'instrumentation',
])

/** The intrinsic written as this bare word, such as `rootName`. */
export function findIntrinsic(word: string): IntrinsicName | undefined {
  return UNSCOPED_INTRINSICS.get(word)
}

/** The intrinsic written with a colon, such as `trace` and `rootName`. */
export function findScopedIntrinsic(scope: string, word: string): IntrinsicName | undefined {
  return SCOPED_INTRINSICS.get(`${scope}:${word}`)
}

/** The words that may follow `scope:`, for messages. */
export function scopedIntrinsicWords(scope: string): readonly string[] {
  const prefix = `${scope}:`
  return [...SCOPED_INTRINSICS.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
}
