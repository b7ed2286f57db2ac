import { MOST_EXEMPLARS } from '../../model/rule-sample.js'
import type { Span } from '../../model/span.js'
import type { Timestamp } from '../../model/time.js'
import type { AlikeSpans, Exemplar } from '../../traceql/index.js'

/** What must be known of the spans of a shape. */
export interface TallyNeeds {
  readonly durations: boolean
  /** Exemplars that took longest, and shortest. */
  readonly greatest: boolean
  readonly least: boolean
}

export type ExemplarChoice = 'newest' | 'greatest' | 'least'

const FIRST_DURATIONS = 64
const NANOS_PER_SECOND = 1e9
const NANOS_PER_MILLI = 1e6

/** The spans of one shape that start in one window, counted. It is a class, as this is the hot path. */
export class ShapeTally {
  private count = 0
  private durations = new Float64Array(0)
  private readonly newest: KeptSpans
  private readonly greatest: KeptSpans | undefined
  private readonly least: KeptSpans | undefined

  constructor(private readonly needs: TallyNeeds) {
    // Traces come with the newest first.
    this.newest = new KeptSpans(() => false)
    this.greatest = needs.greatest ? new KeptSpans((value, other) => value > other) : undefined
    this.least = needs.least ? new KeptSpans((value, other) => value < other) : undefined
  }

  /** @param trace tells the spans of one trace from those of others. */
  add(span: Span, trace: number, startNano: number, durationNano: number): void {
    if (this.needs.durations) this.keepDuration(durationNano)
    this.count += 1
    this.newest.offer(span, trace, startNano, durationNano)
    this.greatest?.offer(span, trace, startNano, durationNano)
    this.least?.offer(span, trace, startNano, durationNano)
  }

  /** All of them, where there are any. */
  toAlike(span: Span, choice: ExemplarChoice): AlikeSpans | undefined {
    if (this.count === 0) return undefined
    const kept = this[choice] ?? this.newest
    const durations = this.durations.subarray(0, this.needs.durations ? this.count : 0)
    return { span, count: this.count, durations, exemplars: kept.exemplars }
  }

  private keepDuration(durationNano: number): void {
    if (this.count === this.durations.length) {
      const larger = new Float64Array(Math.max(FIRST_DURATIONS, 2 * this.count))
      larger.set(this.durations)
      this.durations = larger
    }
    this.durations[this.count] = durationNano
  }
}

/** The few spans that are wanted most, the first of them first, and each of another trace. */
class KeptSpans {
  readonly exemplars: Exemplar[] = []
  private readonly traces: number[] = []
  private readonly values: number[] = []

  constructor(private readonly isBefore: (value: number, other: number) => boolean) {}

  offer(span: Span, trace: number, startNano: number, durationNano: number): void {
    const { values, traces, exemplars, isBefore } = this
    const last = values.length - 1
    if (values.length === MOST_EXEMPLARS && !isBefore(durationNano, values[last] ?? 0)) return
    const same = traces.lastIndexOf(trace)
    if (same >= 0) {
      if (!isBefore(durationNano, values[same] ?? 0)) return
      this.remove(same)
    }
    let place = values.length
    while (place > 0 && isBefore(durationNano, values[place - 1] ?? 0)) place -= 1
    values.splice(place, 0, durationNano)
    traces.splice(place, 0, trace)
    exemplars.splice(place, 0, toExemplar(span, startNano, durationNano))
    if (values.length > MOST_EXEMPLARS) this.remove(MOST_EXEMPLARS)
  }

  private remove(place: number): void {
    this.values.splice(place, 1)
    this.traces.splice(place, 1)
    this.exemplars.splice(place, 1)
  }
}

function toExemplar({ traceId, spanId }: Span, startNano: number, durationNano: number): Exemplar {
  const at: Timestamp = Math.floor(startNano / NANOS_PER_MILLI)
  return { traceId, spanId, at, value: durationNano / NANOS_PER_SECOND }
}
