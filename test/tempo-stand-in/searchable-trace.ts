import type { Batch, Block } from './live-store.js'
import { byStart, type StoredSpan } from './stored-span.js'

/** A trace as search sees it: its spans that were cut to a block, each once, the earliest start first. */
export interface SearchableTrace {
  readonly traceId: string
  readonly spans: readonly StoredSpan[]
  readonly root: StoredSpan | undefined
  readonly startNano: bigint
  readonly endNano: bigint
  readonly durationNanos: bigint
}

/** The traces of these blocks. Parts of one trace are merged, as they are after compaction. */
export function gatherTraces(blocks: readonly Block[]): readonly SearchableTrace[] {
  const batches = new Map<string, Batch[]>()
  for (const part of blocks.flatMap((block) => block.parts)) {
    const known = batches.get(part.traceId)
    if (known) known.push(...part.batches)
    else batches.set(part.traceId, [...part.batches])
  }
  return [...batches].map(([traceId, pushed]) => toTrace(traceId, pushed))
}

function toTrace(traceId: string, batches: readonly Batch[]): SearchableTrace {
  const spans = distinctSpans(batches)
  const starts = spans.map((span) => span.startNano)
  const ends = spans.map((span) => span.endNano)
  const startNano = starts.reduce((a, b) => (b < a ? b : a))
  const endNano = ends.reduce((a, b) => (b > a ? b : a))
  const root = spans.find((span) => span.isRoot)
  return { traceId, spans, root, startNano, endNano, durationNanos: endNano - startNano }
}

/** The spans of these pushes, without those that an earlier push brought already. */
function distinctSpans(batches: readonly Batch[]): readonly StoredSpan[] {
  const known = new Set<string>()
  const spans: StoredSpan[] = []
  for (const batch of batches) {
    const fresh = batch.spans.filter((span) => !known.has(span.spanId))
    spans.push(...fresh)
    for (const span of fresh) known.add(span.spanId)
  }
  return spans.sort(byStart)
}
