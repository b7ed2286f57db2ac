import type { Detector } from '../model/detector.js'
import { createTraceDetector, type TraceDetectorOptions } from './trace-detector.js'

/** Any trace with a span whose status is error. */
export const ERROR_TRACES = '{status=error}'

/** Finds traces that have a span with the status error. */
export function createErrorStatusDetector(options: Omit<TraceDetectorOptions, 'query' | 'judge'>): Detector {
  return createTraceDetector({ ...options, query: ERROR_TRACES })
}
