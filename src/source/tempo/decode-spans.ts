import type { AttributeValue } from '../../model/attributes.js'
import type { FoundTrace } from '../../model/question.js'
import type { Span } from '../../model/span.js'
import type { TraceId } from '../../model/trace-id.js'
import { decodeTrace, readTraces } from './decode-search.js'
import { decodeValue } from './decode-value.js'
import { readArray, readNumber, readObject, readText, wrongType, type Json } from './decode.js'
import { SpanBuilder } from './span-builder.js'
import type { FieldPlan } from './span-fields.js'

/** How a search for spans was asked, on which it depends how its answer is read. */
export interface SpanAnswerPlan extends FieldPlan {
  /** The group by which spans that no root leads to are told apart; undefined where they are not. */
  readonly brokenGroup: string | undefined
}

/** The traces in the body of an answer to a search for spans, by their ids. Throws `SourceError` where it is not one. */
export function decodeFoundTraces(body: unknown, plan: SpanAnswerPlan): ReadonlyMap<TraceId, FoundTrace> {
  const found = readTraces(body).map((trace, index) => decodeFoundTrace(trace, `traces[${index}]`, plan))
  return new Map(found.map((each) => [each.trace.traceId, each]))
}

function decodeFoundTrace(trace: Json, place: string, plan: SpanAnswerPlan): FoundTrace {
  const match = decodeTrace(trace, place)
  const spans = new Map<string, Span>()
  let isCut = false
  let mayBeInParts = false
  for (const [index, each] of readArray(trace, 'spanSets', place).entries()) {
    const where = `${place}.spanSets[${index}]`
    const set = readObject(each, where)
    const groups = readGroups(set, where)
    const told = readArray(set, 'spans', where)
    isCut ||= readNumber(set, 'matched', where) > told.length
    mayBeInParts ||= plan.brokenGroup !== undefined && groups.get(plan.brokenGroup) === true
    for (const [at, one] of told.entries()) {
      const span = decodeSpan(readObject(one, `${where}.spans[${at}]`), `${where}.spans[${at}]`, {
        match,
        groups,
        plan,
      })
      spans.set(spanKey(span), span)
    }
  }
  if (spans.size === 0) throw wrongType(trace['spanSets'], `${place}.spanSets`, 'a span set with spans')
  return { match, trace: { traceId: match.traceId, spans: [...spans.values()] }, isCut, mayBeInParts }
}

/** Two spans of a trace may have one id, as both halves of a call; they have not one kind and start then. */
export function spanKey({ spanId, kind, startTimeUnixNano }: Span): string {
  return `${spanId} ${kind} ${startTimeUnixNano}`
}

type Groups = ReadonlyMap<string, AttributeValue | undefined>

/** What the span set was grouped by, and what was worked out of it. */
function readGroups(set: Json, place: string): Groups {
  return readAttributes(set, place)
}

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
