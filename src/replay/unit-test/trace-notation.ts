import type { AttributeValue } from '../../model/attributes.js'
import { SPAN_KINDS, type SpanKind, type StatusCode } from '../../model/span.js'
import { NotationError } from './notation-error.js'
import { readWords, type Word } from './notation-words.js'
import { parseDurationNano } from './parse-duration-nano.js'

/** A span of a trace as it is written down for a test. Times are nanoseconds after the start of the trace. */
export interface SketchedSpan {
  readonly service: string
  readonly name: string
  readonly kind: SpanKind
  readonly startNano: bigint
  readonly endNano: bigint
  readonly statusCode: StatusCode
  readonly statusMessage: string
  readonly attributes: ReadonlyMap<string, AttributeValue>
  /** Beside `service.name`. */
  readonly resource: ReadonlyMap<string, AttributeValue>
  /** The place of its parent in the list; undefined for a root. */
  readonly parent: number | undefined
  /** Its parent has not come. */
  readonly isOrphan: boolean
}

const MOST_SPANS = 1000
const ROOT_DURATION_NANO = 100_000_000n

/**
 * Reads a trace, a span a line, each below its parent and further in:
 *
 *     web "GET /checkout" 800ms
 *       checkout Place 600ms +50ms client error="card refused" http.status_code=500
 *
 * Service and name come first. Then, in any order: how long the span lasts (else until its parent ends, and 100 ms for a
 * root); with `+` how long after its parent it starts; its kind (else `server` for a root and `internal` for others);
 * `ok`, `error` or `error="message"`; `orphan`; and attributes, those of the resource as `resource.key=value`. Lines that
 * begin with # are left out. Throws a `NotationError`.
 */
export function parseTrace(text: string): readonly SketchedSpan[] {
  const spans: SketchedSpan[] = []
  const open: { readonly indent: number; readonly index: number }[] = []
  for (const { indent, words, at } of readWords(text)) {
    if (spans.length === MOST_SPANS) throw new NotationError(`more than ${MOST_SPANS} spans in a trace`, at)
    while ((open.at(-1)?.indent ?? -1) >= indent) {
      const closed = open.pop()
      const outer = open.at(-1)?.indent ?? 0
      if (closed !== undefined && closed.indent > indent && outer < indent) {
        throw new NotationError(
          'found a line that is neither below the one before nor beside an earlier one',
          at,
        )
      }
    }
    const parent = open.at(-1)?.index
    spans.push(
      parseSpan(words, at, parent === undefined ? undefined : { index: parent, span: spans[parent] }),
    )
    open.push({ indent, index: spans.length - 1 })
  }
  if (spans.length === 0)
    throw new NotationError('found no span, expected a line such as: web "GET /" 100ms', 0)
  return spans
}

interface Parent {
  readonly index: number
  readonly span: SketchedSpan | undefined
}

/** What the words of a line say, before it is clear what they leave out. */
interface Draft {
  durationNano: bigint | undefined
  offsetNano: bigint
  kind: SpanKind | undefined
  statusCode: StatusCode
  statusMessage: string
  isOrphan: boolean
  readonly attributes: Map<string, AttributeValue>
  readonly resource: Map<string, AttributeValue>
}

function parseSpan(words: readonly Word[], at: number, parent: Parent | undefined): SketchedSpan {
  const [service, name, ...others] = words
  if (
    service === undefined ||
    name === undefined ||
    service.value !== undefined ||
    name.value !== undefined
  ) {
    throw new NotationError('expected a service and the name of a span first, such as: web "GET /"', at)
  }
  const draft: Draft = {
    durationNano: undefined,
    offsetNano: 0n,
    kind: undefined,
    statusCode: 'unset',
    statusMessage: '',
    isOrphan: false,
    attributes: new Map(),
    resource: new Map(),
  }
  for (const word of others) readWord(word, draft)
  const { durationNano, offsetNano, kind, ...rest } = draft
  const startNano = (parent?.span?.startNano ?? 0n) + offsetNano
  const endNano = startNano + (durationNano ?? restOf(parent, startNano))
  return {
    ...rest,
    service: service.text,
    name: name.text,
    kind: kind ?? (parent === undefined ? 'server' : 'internal'),
    startNano,
    endNano,
    parent: parent?.index,
  }
}

function restOf(parent: Parent | undefined, startNano: bigint): bigint {
  if (parent?.span === undefined) return ROOT_DURATION_NANO
  const rest = parent.span.endNano - startNano
  return rest > 0n ? rest : 0n
}

function readWord(word: Word, draft: Draft): void {
  if (word.value !== undefined) readPair(word, word.value, draft)
  else if (!readMark(word.text, draft)) {
    const expected = 'a duration, +duration, a kind, error, ok, orphan or key=value'
    throw new NotationError(`found ${JSON.stringify(word.text)}, expected ${expected}`, word.at)
  }
}

function readMark(text: string, draft: Draft): boolean {
  const kind = SPAN_KINDS.find((each) => each === text)
  if (kind !== undefined) draft.kind = kind
  else if (text === 'ok' || text === 'error') draft.statusCode = text
  else if (text === 'orphan') draft.isOrphan = true
  else return readTime(text, draft)
  return true
}

function readTime(text: string, draft: Draft): boolean {
  const isOffset = text.startsWith('+')
  const nanos = parseDurationNano(isOffset ? text.slice(1) : text)
  if (nanos === undefined) return false
  if (isOffset) draft.offsetNano = nanos
  else draft.durationNano = nanos
  return true
}

const RESOURCE = 'resource.'
const SPAN = 'span.'

function readPair(
  { text: key, at }: Word,
  { text, isQuoted }: NonNullable<Word['value']>,
  draft: Draft,
): void {
  if (key === '') throw new NotationError('expected a key before =', at)
  if (key === 'error') {
    draft.statusCode = 'error'
    draft.statusMessage = text
    return
  }
  const value = isQuoted ? text : toValue(text)
  if (key.startsWith(RESOURCE)) draft.resource.set(key.slice(RESOURCE.length), value)
  else draft.attributes.set(key.startsWith(SPAN) ? key.slice(SPAN.length) : key, value)
}

const INTEGER = /^-?\d{1,18}$/
const FLOAT = /^-?\d{1,15}\.\d{1,15}$/

/** What is not quoted is what it looks like. */
function toValue(text: string): AttributeValue {
  if (text === 'true' || text === 'false') return text === 'true'
  if (INTEGER.test(text)) return BigInt(text)
  return FLOAT.test(text) ? Number(text) : text
}
