import type { Span } from './span.js'
import type { SpanLayout } from './trace-glance.js'

/**
 * Tells of a span whether its trace may be of interest: no trace is of which no span passes. The span is only good for the
 * call.
 */
export interface SpanScreen {
  (span: Span): boolean
  /** The same in two steps, for those who look at many spans: the first one is made once for spans that are alike. */
  readonly among?: ScreenAmong | undefined
}

/**
 * Told by one of the spans that have its resource, its layout (where that is given), its kind, the code of its status, and a
 * parent or none as it has: whether all of them pass, or none of them, or what is still to be asked of each.
 */
export type ScreenAmong = (span: Span, layout: SpanLayout | undefined) => boolean | ScreenRest

export type ScreenRest = (span: Span, durationNano: number) => boolean
