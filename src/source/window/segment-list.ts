import type { ArrivalMark } from '../../model/local-traces.js'
import type { Timestamp } from '../../model/time.js'
import { MOST_SEGMENTS } from './row.js'
import { Segment } from './segment.js'

/** A segment leaves as a whole: the more there are, the less leaves at once. */
const SEGMENTS = 64
const FIRST_ROWS = 256

/** The segments of the window in the order of arrival. The last one is open: what is received goes there. */
export class SegmentList {
  /** Their memory, in bytes, without the parts and traces. */
  bytes = 0
  /** How many rows were taken so far, with those that are gone. */
  arrived: ArrivalMark = 0
  /** By their places. */
  readonly places: (Segment | undefined)[] = []
  private readonly segments: Segment[] = []
  private nextPlace = 0
  private readonly usualCapacity: number
  private readonly openMs: number

  /** @param maxBytes of the window. @param maxAgeMs for which a segment is kept. */
  constructor(maxBytes: number, maxAgeMs: number) {
    this.usualCapacity = Math.ceil(maxBytes / SEGMENTS)
    this.openMs = maxAgeMs / SEGMENTS
  }

  get isEmpty(): boolean {
    return this.segments.length === 0
  }

  /** Whether one must leave before another can be opened. */
  get isFull(): boolean {
    return this.segments.length >= MOST_SEGMENTS - 1
  }

  /** When something came last into the segment that will leave next. */
  get oldestArrival(): Timestamp {
    return this.segments[0]?.latestArrival ?? Number.POSITIVE_INFINITY
  }

  /** The segment that so many bytes are to go into. The list must not be full. */
  open(size: number, now: Timestamp): Segment {
    const current = this.segments.at(-1)
    if (current !== undefined) {
      if (current.room >= size && now - current.openedAt < this.openMs) return current
      this.resize(current, () => current.close())
    }
    // Most are like the one before.
    const rows = Math.max(FIRST_ROWS, current?.rowCount ?? 0)
    return this.append({ bytes: Math.max(size, this.usualCapacity), rows }, now)
  }

  /** Changes a segment, whose memory may be another one then. */
  resize<T>(segment: Segment, change: () => T): T {
    this.bytes -= segment.size
    const result = change()
    this.bytes += segment.size
    return result
  }

  /** Takes out the segment that came first. */
  shift(): Segment | undefined {
    const segment = this.segments.shift()
    if (segment === undefined) return undefined
    this.places[segment.place] = undefined
    this.bytes -= segment.size
    return segment
  }

  private append(capacity: { readonly bytes: number; readonly rows: number }, now: Timestamp): Segment {
    const { places } = this
    while (places[this.nextPlace] !== undefined) this.nextPlace = (this.nextPlace + 1) % MOST_SEGMENTS
    const segment = new Segment(this.nextPlace, this.arrived, now, capacity)
    places[segment.place] = segment
    this.segments.push(segment)
    this.bytes += segment.size
    return segment
  }
}
