import type { Timestamp } from '../../src/model/time.js'
import type { OtlpBody, OtlpResourceSpans } from './otlp-json.js'
import { readSpans, type StoredSpan } from './stored-span.js'

/** The delays of a live store, all in milliseconds. */
export interface LiveStoreOptions {
  /** From the last push of a trace until search and metrics can see it. */
  readonly delayMs: number
  /** A trace that keeps growing becomes searchable this long after its first push. */
  readonly maxLiveMs: number
  /** Traces are cut into a new block this often ... */
  readonly blockMs: number
  /** ... at moments that are this long after a multiple of it. */
  readonly blockPhaseMs: number
  /** A span whose start is further than this from its arrival does not widen the time range of its block. */
  readonly slackMs: number
}

/** The spans of one trace that came in one push. */
export interface Batch {
  readonly arrival: Timestamp
  readonly spans: readonly StoredSpan[]
  readonly resourceSpans: readonly OtlpResourceSpans[]
}

/** What a trace gathered until it was cut into a block. */
export interface TracePart {
  readonly traceId: string
  readonly batches: readonly Batch[]
  readonly cutAt: Timestamp
}

/** What was cut between two block ends, and the time that its index claims for it. */
export interface Block {
  /** Both in whole seconds, rounded down, in nanoseconds. */
  readonly startNano: bigint
  readonly endNano: bigint
  readonly parts: readonly TracePart[]
}

/** Traces of all tenants, and when each becomes visible. */
export interface LiveStore {
  push(tenant: string, body: OtlpBody, arrival: Timestamp): void
  /** The blocks that a search at `now` can see. */
  blocks(tenants: readonly string[], now: Timestamp): readonly Block[]
  /** Everything of one trace, searchable or not. */
  batches(tenants: readonly string[], traceId: string): readonly Batch[]
}

interface GrowingPart {
  readonly tenant: string
  readonly traceId: string
  readonly firstPush: Timestamp
  readonly batches: Batch[]
  cutAt: Timestamp
}

/** Makes a live store that holds nothing. */
export function createLiveStore(options: LiveStoreOptions): LiveStore {
  const parts: GrowingPart[] = []
  const growing = new Map<string, GrowingPart>()

  function add(tenant: string, traceId: string, batch: Batch): void {
    const key = `${tenant}/${traceId}`
    let part = growing.get(key)
    if (!part || part.cutAt <= batch.arrival) {
      part = { tenant, traceId, firstPush: batch.arrival, batches: [], cutAt: 0 }
      growing.set(key, part)
      parts.push(part)
    }
    part.batches.push(batch)
    const atMost = part.firstPush + Math.max(options.maxLiveMs, options.delayMs)
    part.cutAt = Math.min(batch.arrival + options.delayMs, atMost)
  }

  return {
    push: (tenant, body, arrival) => {
      for (const [traceId, resourceSpans] of splitByTrace(body)) {
        add(tenant, traceId, {
          arrival,
          resourceSpans,
          spans: readSpans(resourceSpans, arrival, options.slackMs),
        })
      }
    },
    batches: (tenants, traceId) =>
      parts
        .filter((part) => tenants.includes(part.tenant) && part.traceId === traceId)
        .flatMap((part) => part.batches),
    blocks: (tenants, now) => {
      const visible = parts.filter((part) => tenants.includes(part.tenant) && part.cutAt <= now)
      const blocks = new Map<string, GrowingPart[]>()
      for (const part of visible) {
        const key = `${part.tenant}/${Math.floor((part.cutAt - options.blockPhaseMs) / options.blockMs)}`
        const block = blocks.get(key)
        if (block) block.push(part)
        else blocks.set(key, [part])
      }
      return [...blocks.values()].map(toBlock)
    },
  }
}

const SECOND_NANO = 1_000_000_000n

function toBlock(parts: readonly TracePart[]): Block {
  let start: bigint | undefined
  let end: bigint | undefined
  for (const span of parts.flatMap((part) => part.batches.flatMap((batch) => batch.spans))) {
    const arrival = BigInt(Math.trunc(span.arrival)) * 1_000_000n
    const [from, to] = span.isStray ? [arrival, arrival] : [span.startNano, span.endNano]
    if (start === undefined || from < start) start = from
    if (end === undefined || to > end) end = to
  }
  return { startNano: floorSecond(start ?? 0n), endNano: floorSecond(end ?? 0n), parts }
}

function floorSecond(nano: bigint): bigint {
  return nano - (nano % SECOND_NANO)
}

function splitByTrace(body: OtlpBody): ReadonlyMap<string, readonly OtlpResourceSpans[]> {
  const ids = body.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map((span) => span.traceId.toLowerCase())),
  )
  return new Map([...new Set(ids)].map((id) => [id, body.resourceSpans.flatMap((rs) => ofTrace(rs, id))]))
}

function ofTrace(resourceSpans: OtlpResourceSpans, traceId: string): OtlpResourceSpans[] {
  const scopeSpans = resourceSpans.scopeSpans.flatMap((scope) => {
    const spans = scope.spans.filter((span) => span.traceId.toLowerCase() === traceId)
    return spans.length === 0 ? [] : [{ ...scope, spans }]
  })
  return scopeSpans.length === 0 ? [] : [{ ...resourceSpans, scopeSpans }]
}
