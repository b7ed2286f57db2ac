import { check, parse, parseField, printField, type Field, type Intrinsic } from '../../traceql/index.js'

/** A field that a search can tell of each span. */
export interface ToldField {
  readonly field: Field
  /** As TraceQL writes it. */
  readonly text: string
  /** The key of its value in the answer, which leaves out the scope of an attribute. */
  readonly key: string
}

/** How the fields of a question are told. */
export interface FieldPlan {
  /** Those that `select()` tells, by their keys. */
  readonly selected: ReadonlyMap<string, ToldField>
  /** Those whose key alone does not tell them: `by()` tells them, in this order. */
  readonly grouped: readonly ToldField[]
}

/** What is not asked for by name: a search tells it always, or it is known of the whole trace only. */
const ALWAYS_TOLD: ReadonlySet<string> = new Set([
  'duration',
  'traceDuration',
  'rootName',
  'rootServiceName',
  'span:id',
  'trace:id',
  'nestedSetLeft',
  'nestedSetRight',
  'nestedSetParent',
  'span:childCount',
])

/**
 * Plans how a search tells these fields. An answer names an attribute without its scope, and tells all attributes that the
 * query asks for: where two of them would have one name, the value of each is asked for by grouping.
 */
export function planFields(query: string, names: readonly string[]): FieldPlan {
  const wanted = names.map(parseField).flatMap(withScopes).filter(isAskedFor)
  const told = uniqueByText(wanted.map(toTold))
  const keys = countKeys([...told, ...mentioned(query)])
  const isAmbiguous = ({ key }: ToldField): boolean => (keys.get(key)?.size ?? 0) > 1
  return {
    selected: new Map(told.filter((each) => !isAmbiguous(each)).map((each) => [each.key, each])),
    grouped: told.filter(isAmbiguous),
  }
}

/** The stages that make a search tell the fields, each with its pipe. */
export function printFieldStages({ selected, grouped }: FieldPlan): string {
  const groups = grouped.map(({ text }) => ` | by(${text})`).join('')
  const texts = Array.from(selected.values(), ({ text }) => text)
  return texts.length === 0 ? groups : `${groups} | select(${texts.join(', ')})`
}

/** Whether a search can tell this field of a span at all. Of several events or links it tells one. */
export function isTellable(name: string): boolean {
  const field = parseField(name)
  if (field.kind === 'Attribute') return field.scope !== 'event' && field.scope !== 'link'
  return !field.name.startsWith('event:') && !field.name.startsWith('link:')
}

function isAskedFor(field: Field): boolean {
  return field.kind === 'Attribute' || !ALWAYS_TOLD.has(field.name)
}

/** An attribute without a scope is the span's, else the resource's: both must be known. */
function withScopes(field: Field): readonly Field[] {
  if (field.kind === 'Intrinsic' || field.scope !== 'none') return [field]
  return [
    { ...field, scope: 'span' },
    { ...field, scope: 'resource' },
  ]
}

function toTold(field: Field): ToldField {
  return { field, text: printField(field), key: field.name }
}

function uniqueByText(fields: readonly ToldField[]): readonly ToldField[] {
  return [...new Map(fields.map((each) => [each.text, each])).values()]
}

function mentioned(query: string): readonly ToldField[] {
  const { attributes, intrinsics } = check(parse(query)).needs
  const ofIntrinsics = Array.from(intrinsics, (name): Intrinsic => ({ kind: 'Intrinsic', name, at: 0 }))
  return [...attributes, ...ofIntrinsics].flatMap(withScopes).map(toTold)
}

/** For each key the fields that have it. */
function countKeys(fields: readonly ToldField[]): ReadonlyMap<string, ReadonlySet<string>> {
  const keys = new Map<string, Set<string>>()
  for (const { key, text } of fields) keys.set(key, (keys.get(key) ?? new Set()).add(text))
  return keys
}
