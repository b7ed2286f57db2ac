import type { Detector } from '../model/detector.js'
import { createTraceDetector, type TraceDetectorOptions } from './trace-detector.js'

export interface LatencyOptions extends Omit<TraceDetectorOptions, 'query' | 'judge'> {
  /** Whole milliseconds; a trace is slow when it takes longer. */
  readonly thresholdMs: number
}

/**
 * Finds traces that took longer than a threshold. Tempo tells durations in whole milliseconds, rounded down; the query
 * is written so that it judges as those do.
 */
export function createLatencyDetector({ thresholdMs, ...options }: LatencyOptions): Detector {
  return createTraceDetector({
    ...options,
    query: slowTraces(thresholdMs),
    judge: (match) => match.durationMs > thresholdMs,
  })
}

/** The traces that took longer than so many whole milliseconds. */
export function slowTraces(thresholdMs: number): string {
  return `{ traceDuration >= ${thresholdMs + 1}ms }`
}
