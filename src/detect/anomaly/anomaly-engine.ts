import type { Signal } from '../../model/finding.js'
import { TICK_MS, type Tick } from './series/ticks.js'
import type { Trace } from '../../model/trace.js'
import { findBlamed } from './blame.js'
import { Instances } from './facts/instances.js'
import { createNormalizer } from './facts/normalize.js'
import { buildTraceTree } from './facts/trace-tree.js'
import { IncidentWatch, type Incident } from './incident.js'
import { judgeTick } from './judge-tick.js'
import type { PickSpans } from './pick-spans.js'
import { noteSpan, type SpanBook } from './note-span.js'
import type { Strictness } from './series/judgement.js'
import { Operations } from './series/operations.js'
import { readOperations, writeOperations } from './series/save-operations.js'
import { ByteReader } from './statistics/byte-reader.js'
import { ByteWriter } from './statistics/byte-writer.js'

export interface AnomalyEngineOptions {
  readonly strictness: Strictness
  readonly signals: readonly Signal[]
  /** Picks the spans that are looked at; undefined for all. */
  readonly pick?: PickSpans | undefined
  /** Nothing is told before spans have come for so long, in milliseconds. */
  readonly warmUpMs: number
  readonly mostOperations: number
  /** Is told of each span whose operation is not followed, as there are too many. */
  readonly onDropped: () => void
}

/** Of what is saved. */
const FORMAT = 1
const NANOS_PER_TICK = BigInt(TICK_MS) * 1_000_000n

/**
 * Learns what is normal for every operation and every way between two services, and tells what is not. It is given each
 * tick of time once, in order, when all of its spans have come: the same spans make the same of it in whatever order they came.
 */
export class AnomalyEngine {
  private readonly operations: Operations
  private readonly book: SpanBook
  private readonly signals: ReadonlySet<Signal>
  private readonly watch: IncidentWatch
  private firstTick: Tick | undefined
  private hadSpans = false

  constructor(private readonly options: AnomalyEngineOptions) {
    this.operations = new Operations({ most: options.mostOperations, onDropped: options.onDropped })
    this.signals = new Set(options.signals)
    this.watch = new IncidentWatch((verdict) => findBlamed(verdict, this.isService))
    this.book = {
      operations: this.operations,
      instances: new Instances(),
      strictness: options.strictness,
      normalize: createNormalizer(),
    }
  }

  /** Takes the spans of a trace that ended in this tick. */
  note(tick: Tick, trace: Trace): void {
    const start = BigInt(tick) * NANOS_PER_TICK
    const picked = this.options.pick?.(trace)
    const ended = trace.spans.filter(
      (span) =>
        span.endTimeUnixNano > start &&
        span.endTimeUnixNano <= start + NANOS_PER_TICK &&
        picked?.has(span) !== false,
    )
    if (ended.length === 0) return
    this.hadSpans = true
    const tree = buildTraceTree(trace)
    for (const span of ended) noteSpan(this.book, tick, span, tree)
  }

  /** Ends a tick. Answers what goes on that is unlike normal. */
  close(tick: Tick): Incident | undefined {
    if (this.hadSpans) {
      // What was learned while the clock was ahead is no reason to wait for that time.
      this.firstTick = Math.min(this.firstTick ?? tick, tick)
      for (const { traffic } of this.operations.values()) traffic?.close(tick)
    }
    this.hadSpans = false
    const verdict = judgeTick([...this.operations.values()], tick, this.options.strictness, this.signals)
    const isWarm = this.firstTick !== undefined && (tick - this.firstTick) * TICK_MS >= this.options.warmUpMs
    const told = isWarm ? verdict : { ...verdict, unusual: [] }
    return this.watch.note(tick, told)
  }

  get isService(): (name: string) => boolean {
    return this.operations.isService
  }

  get normalize(): (text: string) => string {
    return this.book.normalize
  }

  /** How many operations are followed. */
  get size(): number {
    return this.operations.size
  }

  /** What was learned, in so many bytes at most: what was seen last first. */
  save(mostBytes: number): Uint8Array {
    const writer = new ByteWriter()
    writer.count(FORMAT)
    writer.count(this.firstTick ?? 0)
    const newest = [...this.operations.values()].toSorted((left, right) => right.lastSeen - left.lastSeen)
    writeOperations(writer, newest, mostBytes)
    return writer.finish()
  }

  /** Takes up what another engine has learned. Throws a `SnapshotError` where the bytes are none that an engine wrote. */
  load(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes)
    if (reader.count() !== FORMAT) throw reader.unexpected('another format', `format ${FORMAT}`)
    this.firstTick = reader.count() || undefined
    readOperations(reader, this.operations)
    reader.end()
  }
}
