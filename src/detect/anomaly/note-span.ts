import type { Span } from '../../model/span.js'
import type { Timestamp } from '../../model/time.js'
import { exceptionOf, hasFailed, wasRefused } from './facts/failure.js'
import type { Instances } from './facts/instances.js'
import { durationMs, ownTimeMs } from './facts/own-time.js'
import { peerOf } from './facts/peer.js'
import { serviceOf } from './facts/service-of.js'
import type { TraceTree } from './facts/trace-tree.js'
import type { Strictness } from './series/judgement.js'
import { limitOfTimes, NumberSeries } from './series/number-series.js'
import type { Call, Operation } from './series/operation.js'
import type { Operations } from './series/operations.js'
import type { Tick } from './series/ticks.js'
import { TrafficSeries } from './series/traffic-series.js'

/** After so many calls those before them count for half. */
const LATE_CALLS = 50

/** What notes of spans go to. */
export interface SpanBook {
  readonly operations: Operations
  readonly instances: Instances
  readonly strictness: Strictness
  readonly normalize: (text: string) => string
}

interface NotedSpan {
  readonly span: Span
  readonly service: string
  readonly name: string
  readonly end: Timestamp
  readonly children: readonly Span[]
  readonly isCall: boolean
  /** The span of the server that a call led to; undefined where none is known. */
  readonly served: Span | undefined
  readonly peer: string
  /** The operation of the same service that makes a call; empty for what is no call. */
  readonly within: string
}

/** Notes what a span that ended in this tick tells of its operation. */
export function noteSpan(book: SpanBook, tick: Tick, span: Span, tree: TraceTree): void {
  const noted = lookAt(book, span, tree)
  const { service, name, peer, within } = noted
  const id = { service, name, kind: span.kind, peer, within }
  book.operations.noteService(service)
  const operation = book.operations.seen(id, tick)
  if (operation === undefined) return
  if (!book.instances.isYoung(span.resource, tick)) {
    noteTimes(book, operation, tick, noted)
    if (span.kind === 'consumer') noteWait(book, operation, tick, noted, tree)
  }
  noteFailure(book, operation, tick, noted)
  if (!noted.isCall) noteCalls(book, operation, tick, noted)
  if (span.parentSpanId === undefined) (operation.traffic ??= new TrafficSeries()).note(span.traceId)
}

function lookAt({ operations, normalize }: SpanBook, span: Span, tree: TraceTree): NotedSpan {
  const children = tree.childrenOf(span)
  const isCall = span.kind === 'client' || span.kind === 'producer'
  const service = serviceOf(span.resource)
  const served = isCall ? children.find((child) => serves(child, service)) : undefined
  const parent = isCall ? tree.parentOf(span) : undefined
  const within = parent === undefined ? '' : normalize(parent.name)
  const name = normalize(span.name)
  return {
    span,
    service,
    name,
    end: Number(span.endTimeUnixNano) / 1e6,
    children,
    isCall,
    served,
    peer: isCall ? findPeer(operations, span, served, `${service}\n${name}\n${within}`) : '',
    within,
  }
}

/** Whether a child is the other side of a call: a server's span, or, of who makes none of those, any span of another service. */
function serves(child: Span, service: string): boolean {
  return child.kind === 'server' || (child.kind === 'internal' && serviceOf(child.resource) !== service)
}

/** Whom a span calls: whose span served it, or, where none did, whose spans do where it makes the same call. */
function findPeer(operations: Operations, span: Span, served: Span | undefined, site: string): string {
  const told = peerOf(span, operations.isService)
  const call = `${site}\n${told}`
  if (served === undefined) return operations.isService(told) ? told : (operations.answers(call) ?? told)
  const called = serviceOf(served.resource)
  operations.noteAnswer(call, called)
  return called
}

/** How long it took by itself; of a call that was served, how long it was on the way. */
function noteTimes(book: SpanBook, operation: Operation, tick: Tick, noted: NotedSpan): void {
  const { span, service, end, children, served, peer } = noted
  const { strictness, normalize, operations } = book
  if (served !== undefined) {
    if (hasFailed(span)) return
    const way = Math.max(0, durationMs(span) - durationMs(served))
    const gap = operation.gapTo(serviceOf(served.resource), normalize(served.name))
    gap?.times.note(tick, way, end, span.traceId, strictness)
    return
  }
  // Where the server's span has not come, nobody knows how much of the time was the server's.
  if (noted.isCall && operations.isService(peer)) return
  const inner = children.filter((child) => child.kind !== 'consumer' && serviceOf(child.resource) === service)
  const elsewhere = children.filter(
    (child) => child.kind !== 'consumer' && serviceOf(child.resource) !== service,
  )
  const remote = elsewhere.reduce((sum, child) => sum + durationMs(child), 0)
  operation.times.note(tick, Math.max(0, ownTimeMs(span, inner) - remote), end, span.traceId, strictness)
}

/** How long a message was on its way from who sent it; less than nothing where their clocks differ counts as nothing. */
function noteWait(
  book: SpanBook,
  operation: Operation,
  tick: Tick,
  { span, end }: NotedSpan,
  tree: TraceTree,
): void {
  const sent = tree.parentOf(span)
  if (sent?.kind !== 'producer') return
  const wait = Number(span.startTimeUnixNano - sent.endTimeUnixNano) / 1e6
  operation.waits ??= new NumberSeries(limitOfTimes)
  operation.waits.note(tick, Math.max(0, wait), end, span.traceId, book.strictness)
}

/** Whether an error began here: where a span within failed too, it began there. */
function noteFailure(book: SpanBook, operation: Operation, tick: Tick, noted: NotedSpan): void {
  const { span, end, children } = noted
  const began = hasFailed(span) && !children.some(hasFailed)
  operation.errors.note(tick, began, end, span.traceId)
  if (!began) return
  const exception = exceptionOf(span)
  if (exception === undefined) return
  const fingerprint = book.normalize(`${exception.type}: ${exception.message}`)
  operation.exception(fingerprint)?.note(tick, true, end, span.traceId)
}

/** How often it called each of what it is known to call. Where it failed or refused, it may have had no reason to. */
function noteCalls(book: SpanBook, operation: Operation, tick: Tick, noted: NotedSpan): void {
  const { span, end, children } = noted
  if (hasFailed(span) || wasRefused(span)) return
  const counts = new Map<Call, number>()
  for (const child of children) {
    const call = callOf(book, operation, tick, noted, child)
    if (call === undefined) continue
    counts.set(call, (counts.get(call) ?? 0) + 1)
    noteOutcome(call, hasFailed(child))
  }
  for (const call of operation.calls.values()) {
    const count = counts.get(call) ?? 0
    call.counts.note(tick, count, end, span.traceId, book.strictness)
    call.missing.note(tick, count === 0, end, span.traceId)
  }
}

/** Of late: what was long ago counts for ever less. */
function noteOutcome({ failed }: Call, hasFailedNow: boolean): void {
  if (failed.count >= LATE_CALLS) {
    failed.count /= 2
    failed.failures /= 2
  }
  failed.count += 1
  if (hasFailedNow) failed.failures += 1
}

/** What a span calls by this child: a call of its own service, or, where that made no span of it, what served it elsewhere. */
function callOf(
  book: SpanBook,
  operation: Operation,
  tick: Tick,
  { service }: NotedSpan,
  child: Span,
): Call | undefined {
  if (child.kind === 'consumer') return undefined
  const name = book.normalize(child.name)
  const where = serviceOf(child.resource)
  if (child.kind === 'server')
    return where === service ? undefined : operation.callOf(name, where, 'elsewhere', tick)
  const peer = child.kind === 'internal' ? '' : peerOf(child, book.operations.isService)
  return where === service ? operation.callOf(name, peer, 'here', tick) : undefined
}
