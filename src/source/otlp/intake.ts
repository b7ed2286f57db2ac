import type { Clock } from '../../model/clock.js'
import type { Logger } from '../../telemetry/logger.js'
import type { Metrics } from '../../telemetry/metrics.js'
import { decodeJson } from '../../otlp/decode-json.js'
import { encodeTraceProtobuf } from '../../otlp/encode-protobuf.js'
import type { RefusalReason, Refusals } from '../../otlp/decoded-spans.js'
import type { OtlpEncoding } from './encode-response.js'
import { createInFlight, type InFlight } from './in-flight.js'
import { OtlpDecodeError, OtlpTooLargeError } from '../../otlp/otlp-decode-error.js'
import { parseJson } from '../../otlp/parse-json.js'
import { createRefusalLog, type RefusalLog } from './refusal-log.js'
import { RequestRefusal } from './request-refusal.js'
import type { TraceWindow } from '../window/trace-window.js'

export interface IntakeOptions {
  readonly window: TraceWindow
  /** Of a request's body, both as sent and decompressed. Decoding one may take some ten times as much for a moment. */
  readonly maxBodyBytes: number
  readonly metrics: Metrics
  readonly logger: Logger
  readonly clock: Clock
}

/** The spans of a good request that were not kept all the same. */
export interface Rejected {
  readonly spans: number
  /** Why, in words for the sender; empty where there are none. */
  readonly reason: string
}

/** What a receiver does with requests, whichever protocol they come by. */
export interface Intake {
  readonly inFlight: InFlight
  /**
   * Decodes a request's body and puts its spans into the window. Throws `OtlpDecodeError` where it cannot be read,
   * of which one that holds too much has a class of its own.
   */
  take(encoding: OtlpEncoding, body: Buffer): Rejected
  /** Whatever was thrown over a request, as its sender is told of it. A fault of our own is logged, once a minute. */
  toRefusal(error: unknown): RequestRefusal
  /** Counts and logs a request that was refused with this HTTP status, or this name of a gRPC code. */
  countRefusal(status: number | string, reason: string): void
}

export const MAX_REQUESTS_IN_FLIGHT = 256
/** How many of the largest bodies may be received at a time. */
export const LARGEST_BODIES_IN_FLIGHT = 4

/**
 * JSON values in one request: two bytes of an empty one become up to 100 in memory. 16 MiB of spans with a dozen
 * attributes of some 70 bytes each have 950,000; with much shorter ones a request must be smaller.
 */
const MAX_JSON_VALUES = 1_250_000

export function createIntake(options: IntakeOptions): Intake {
  const { window, maxBodyBytes, metrics, logger, clock } = options
  const logRefusal = createRefusalLog(logger, clock)
  return {
    inFlight: createInFlight({
      maxRequests: MAX_REQUESTS_IN_FLIGHT,
      maxBytes: LARGEST_BODIES_IN_FLIGHT * maxBodyBytes,
    }),
    take: (encoding, body) =>
      report(encoding === 'json' ? takeJson(body, options) : window.add(body), logRefusal),
    toRefusal: (error) => {
      if (error instanceof RequestRefusal) return error
      if (error instanceof OtlpTooLargeError) return new RequestRefusal(413, error.message, { cause: error })
      if (error instanceof OtlpDecodeError) return new RequestRefusal(400, error.message, { cause: error })
      logRefusal('internal_error', 'OTLP request failed', { cause: String(error) }, 'error')
      return new RequestRefusal(500, 'internal error', { cause: error })
    },
    countRefusal: (status, reason) => {
      metrics.refusedRequests.inc({ status: String(status) })
      logRefusal(String(status), 'OTLP request refused', { status, reason })
    },
  }
}

/** The window holds spans as protobuf. */
function takeJson(body: Buffer, { window, metrics }: IntakeOptions): Refusals {
  const { spans, refused } = decodeJson(parseJson(body, MAX_JSON_VALUES))
  for (const [reason, count] of refused) metrics.refusedSpans.inc({ reason }, count)
  return new Map([...refused, ...window.add(encodeTraceProtobuf(spans))])
}

function report(refusals: Refusals, logRefusal: RefusalLog): Rejected {
  const rejected = new Map(refusals)
  // To whom sends a span again it is well received.
  rejected.delete('duplicate')
  for (const [reason, spans] of rejected) logRefusal(reason, 'OTLP spans refused', { reason, spans })
  return describe(rejected)
}

const REASONS: Readonly<Record<RefusalReason, string>> = {
  invalid_trace_id: 'with a trace id that is not 16 bytes, or all zeros',
  invalid_span_id: 'with a span id that is not 8 bytes, or all zeros',
  invalid_parent_span_id: 'with a parent span id that is not 8 bytes',
  too_many_items: 'with more attributes, events and links than can be shown',
  trace_too_large: 'of a trace that is too large for the window',
  duplicate: 'held already',
}

function describe(rejected: ReadonlyMap<RefusalReason, number>): Rejected {
  return {
    spans: [...rejected.values()].reduce((sum, spans) => sum + spans, 0),
    reason: Array.from(rejected, ([reason, spans]) => `${spans} refused ${REASONS[reason]}`).join('; '),
  }
}
