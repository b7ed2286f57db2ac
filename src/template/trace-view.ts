import { SECOND_MS } from '../model/time.js'
import type { TraceMatch } from '../model/trace-match.js'
import type { LinkedTrace } from './trace-links.js'

/** A trace as templates see it, without a prototype. Times and durations are in seconds, as everywhere in Prometheus. */
export interface TraceView {
  readonly id: string
  readonly service: string | undefined
  readonly name: string | undefined
  /** Unix seconds. */
  readonly start: number | undefined
  readonly duration: number
  /** The services with a span in error, those with most first. */
  readonly failed_services: readonly string[]
}

/** What a template may read of a trace. */
export const TRACE_FIELDS: readonly string[] = [
  'id',
  'service',
  'name',
  'start',
  'duration',
  'failed_services',
] satisfies readonly (keyof TraceView)[]

export function toTraceView(trace: TraceMatch): TraceView {
  const view: TraceView = {
    id: trace.traceId,
    service: trace.rootServiceName,
    name: trace.rootSpanName,
    start: trace.start === undefined ? undefined : trace.start / SECOND_MS,
    duration: trace.durationMs / SECOND_MS,
    failed_services: trace.failedServices,
  }
  // A trace that is printed as a whole is its id.
  return Object.assign(Object.create(null), view, { [Symbol.toPrimitive]: () => view.id })
}

/** The trace that a link filter was given: one of `$traces`, or an id. */
export function findTrace(value: unknown): LinkedTrace | undefined {
  if (typeof value === 'string' && value !== '') return { id: value, start: undefined, durationMs: 0 }
  if (!isView(value)) return undefined
  const { id, start, duration } = value
  return { id, start: start === undefined ? undefined : start * SECOND_MS, durationMs: duration * SECOND_MS }
}

function isView(value: unknown): value is TraceView {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null && 'id' in value
}
