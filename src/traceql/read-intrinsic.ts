import type { Span, SpanEvent, SpanLink } from '../model/span.js'
import { serviceName } from '../model/span.js'
import type { Reader } from './frame.js'
import type { IntrinsicName } from './intrinsic.js'
import { trimZeros } from '../model/trace-id.js'
import type { Value } from './value.js'

const NO_PARENT_ID = '0000000000000000'
const ROOT_PARENT = -1n

/**
 * Which event or link an expression means. `each`: the one the frame is at, as a filter holds if one of them satisfies
 * it. `first`: the span's first that has a value, where one value is wanted.
 */
export type ItemChoice = 'each' | 'first'

const READERS: Readonly<Partial<Record<IntrinsicName, Reader>>> = {
  name: ({ span }) => span.name,
  status: ({ span }) => span.status.code,
  statusMessage: ({ span }) => span.status.message,
  kind: ({ span }) => span.kind,
  duration: ({ span }) => span.endTimeUnixNano - span.startTimeUnixNano,
  rootName: ({ context }) => context.root()?.name ?? '',
  rootServiceName: ({ context }) => {
    const root = context.root()
    return root === undefined ? '' : (serviceName(root.resource) ?? '')
  },
  traceDuration: ({ context }) => context.durationNano(),
  nestedSetLeft: ({ context, span }) => BigInt(context.structure().nodeOf(span)?.left ?? 0),
  nestedSetRight: ({ context, span }) => BigInt(context.structure().nodeOf(span)?.right ?? 0),
  nestedSetParent: ({ context, span }) => {
    const node = context.structure().nodeOf(span)
    if (node === undefined) return 0n
    return node.parent === undefined ? ROOT_PARENT : BigInt(node.parent.left)
  },
  'span:id': ({ span }) => span.spanId,
  'span:parentID': ({ span }) => span.parentSpanId ?? NO_PARENT_ID,
  'span:childCount': ({ context, span }) => BigInt(context.structure().childCount(span)),
  'trace:id': ({ context }) => context.shortId(),
  'instrumentation:name': ({ span }) => span.scope.name,
  'instrumentation:version': ({ span }) => span.scope.version,
}

type ItemReader = (span: Span, event: SpanEvent | undefined, link: SpanLink | undefined) => Value

const ITEM_READERS: Readonly<Partial<Record<IntrinsicName, ItemReader>>> = {
  'event:name': (_span, event) => event?.name,
  'event:timeSinceStart': (span, event) =>
    event === undefined ? undefined : event.timeUnixNano - span.startTimeUnixNano,
  'link:traceID': (_span, _event, link) => (link === undefined ? undefined : trimZeros(link.traceId)),
  'link:spanID': (_span, _event, link) => link?.spanId,
}

const NO_LINKED_SPAN_ID = '0000000000000000'

/** What Tempo has for a span without events, or without links, where one value is wanted. */
const WITHOUT_ITEMS: Readonly<Partial<Record<IntrinsicName, Value>>> = {
  'event:name': '',
  'event:timeSinceStart': 0n,
  'link:traceID': '',
  'link:spanID': NO_LINKED_SPAN_ID,
}

const NOTHING: Reader = () => undefined

/** Reads an intrinsic. A duration is in nanoseconds; the parent is always nil, as in Tempo. */
export function createIntrinsicReader(name: IntrinsicName, choice: ItemChoice): Reader {
  const reader = READERS[name]
  if (reader !== undefined) return reader
  const readItem = ITEM_READERS[name]
  if (readItem === undefined) return NOTHING
  return choice === 'each'
    ? ({ span, event, link }) => readItem(span, event, link)
    : ({ span }) => readItem(span, span.events[0], span.links[0]) ?? WITHOUT_ITEMS[name]
}
