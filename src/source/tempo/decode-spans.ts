import type { AttributeValue } from '../../model/attributes.js'
import type { FoundTrace } from '../../model/question.js'
import type { Span } from '../../model/span.js'
import type { TraceId } from '../../model/trace-id.js'
import { parseDuration } from '../../traceql/index.js'
import { decodeTrace, readTraces } from './decode-search.js'
import { decodeValue } from './decode-value.js'
import { readArray, readNumber, readObject, readText, wrongType, type Json } from './decode.js'
import { SpanBuilder } from './span-builder.js'
import type { FieldPlan } from './span-fields.js'

/** How a search for spans was asked, on which it depends how its answer is read. */
export interface SpanAnswerPlan extends FieldPlan {
  /** How parts of a trace are told apart; undefined where they are not. */
  readonly parts: PartGroups | undefined
}

/** Groups by which parts of a trace are told apart. */
export interface PartGroups {
  /** True for spans that no root leads to. */
  readonly broken: string
  /** What the trace lasts, as a text such as `1.5s`, as far as the part knows. */
  readonly duration: string
}

/** The traces in the body of an answer to a search for spans, by their ids. Throws `SourceError` where it is not one. */
export function decodeFoundTraces(body: unknown, plan: SpanAnswerPlan): ReadonlyMap<TraceId, FoundTrace> {
  const found = readTraces(body).map((trace, index) => decodeFoundTrace(trace, `traces[${index}]`, plan))
  return new Map(found.map((each) => [each.trace.traceId, each]))
}

function decodeFoundTrace(trace: Json, place: string, plan: SpanAnswerPlan): FoundTrace {
  const match = decodeTrace(trace, place)
  const sets = readArray(trace, 'spanSets', place).map((each, index) => {
    const where = `${place}.spanSets[${index}]`
    return decodeSet(readObject(each, where), where, match, plan)
  })
  const spans = new Map(sets.flatMap((set) => set.spans).map((span) => [spanKey(span), span]))
  if (spans.size === 0) throw wrongType(trace['spanSets'], `${place}.spanSets`, 'a span set with spans')
  return {
    match: plan.parts === undefined ? match : { ...match, durationMs: longest(sets) },
    trace: { traceId: match.traceId, spans: [...spans.values()] },
    isCut: sets.some((set) => set.isCut),
    mayBeInParts: sets.some((set) => set.isBroken),
  }
}

/** Where it is grouped by what a trace lasts, Tempo leaves it out of what it tells of the trace. */
function longest(sets: readonly SpanSet[]): number {
  const lasts = sets.reduce((most, { lastsNano }) => (lastsNano > most ? lastsNano : most), 0n)
  return Number(lasts / 1_000_000n)
}

interface SpanSet {
  readonly spans: readonly Span[]
  readonly isCut: boolean
  readonly isBroken: boolean
  readonly lastsNano: bigint
}

function decodeSet(set: Json, place: string, match: FoundTrace['match'], plan: SpanAnswerPlan): SpanSet {
  const groups = readAttributes(set, place)
  const spans = readArray(set, 'spans', place).map((each, index) => {
    const where = `${place}.spans[${index}]`
    return decodeSpan(readObject(each, where), where, { match, groups, plan })
  })
  const lasts = plan.parts && groups.get(plan.parts.duration)
  return {
    spans,
    isCut: readNumber(set, 'matched', place) > spans.length,
    isBroken: plan.parts !== undefined && groups.get(plan.parts.broken) === true,
    lastsNano: (typeof lasts === 'string' ? parseDuration(lasts) : undefined) ?? 0n,
  }
}

/** Two spans of a trace may have one id, as both halves of a call; they have not one kind and start then. */
export function spanKey({ spanId, kind, startTimeUnixNano }: Span): string {
  return `${spanId} ${kind} ${startTimeUnixNano}`
}

/** What a span set was grouped by, and what was worked out of it. */
type Groups = ReadonlyMap<string, AttributeValue | undefined>

interface SpanContext {
  readonly match: FoundTrace['match']
  readonly groups: Groups
  readonly plan: FieldPlan
}

function decodeSpan(json: Json, place: string, { match, groups, plan }: SpanContext): Span {
  const builder = new SpanBuilder(match.traceId, decodeSpanId(json, place))
  const start = readNanos(json, 'startTimeUnixNano', place)
  builder.setTimes(start, start + readNanos(json, 'durationNanos', place))
  const name = readText(json, 'name', place)
  if (name !== undefined) builder.set({ kind: 'Intrinsic', name: 'name', at: 0 }, name)
  for (const [key, value] of readAttributes(json, place)) {
    const told = plan.selected.get(key)
    if (told !== undefined) builder.set(told.field, value)
  }
  for (const { field, text } of plan.grouped) builder.set(field, groups.get(`by(${text})`))
  return builder.build()
}

function decodeSpanId(json: Json, place: string): string {
  const id = readText(json, 'spanID', place) ?? ''
  if (/^[0-9a-f]{1,16}$/.test(id)) return id.padStart(16, '0')
  throw wrongType(json['spanID'], `${place}.spanID`, '1 to 16 hex digits')
}

function readNanos(json: Json, key: string, place: string): bigint {
  const found = json[key]
  if (found === undefined || found === null) return 0n
  const text = typeof found === 'number' ? found.toFixed(0) : found
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text))
    throw wrongType(found, `${place}.${key}`, 'nanoseconds in digits')
  return BigInt(text)
}

/** Undefined for a value that is none: where a column of its own has no value, Tempo says `nil`. */
function readAttributes(json: Json, place: string): ReadonlyMap<string, AttributeValue | undefined> {
  const values = new Map<string, AttributeValue | undefined>()
  for (const [index, each] of readArray(json, 'attributes', place).entries()) {
    const where = `${place}.attributes[${index}]`
    const attribute = readObject(each, where)
    const value = decodeValue(readObject(attribute['value'], `${where}.value`), `${where}.value`)
    values.set(readText(attribute, 'key', where) ?? '', value === NIL ? undefined : value)
  }
  return values
}

const NIL = 'nil'
