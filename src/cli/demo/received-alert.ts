import type { AnomalyType } from '../../model/anomaly.js'
import { SIGNALS, type Signal } from '../../model/finding.js'

/** An alert as a webhook receives it. */
export interface ReceivedAlert {
  /** Of what is unlike normal, what that is. */
  readonly type: AnomalyType | Signal
  readonly affectedTraces: number
  readonly totalTraces: number
  /** Undefined where the alert is about no single trace. */
  readonly trace: { readonly id: string; readonly spanName: string; readonly durationMs?: number } | undefined
  /** Of what is unlike normal: whom it blames, and why. */
  readonly cause?: { readonly service: string; readonly sentence: string } | undefined
}

const TYPES: ReadonlySet<unknown> = new Set<AnomalyType | Signal>([
  'high_latency',
  'error_status',
  'high_error_rate',
  ...SIGNALS,
])

/** Reads the body of a webhook's request; undefined where it is no alert. */
export function parseReceivedAlert(body: string): ReceivedAlert | undefined {
  const fields = parseObject(body)
  const { anomaly_type: type, affected_traces: affectedTraces, total_traces: totalTraces } = fields
  if (!isType(type) || !isCount(affectedTraces) || !isCount(totalTraces)) return undefined
  const cause = readCause(fields)
  return {
    type,
    affectedTraces,
    totalTraces,
    trace: readTrace(fields),
    ...(cause === undefined ? {} : { cause }),
  }
}

function readTrace(fields: Readonly<Record<string, unknown>>): ReceivedAlert['trace'] {
  const { trace_id: id, span_name: spanName, duration_ms: durationMs } = fields
  if (typeof id !== 'string' || typeof spanName !== 'string') return undefined
  return { id, spanName, ...(isCount(durationMs) ? { durationMs } : {}) }
}

function readCause(fields: Readonly<Record<string, unknown>>): ReceivedAlert['cause'] {
  const { root_cause_service: service, message: sentence } = fields
  return typeof service === 'string' && typeof sentence === 'string' ? { service, sentence } : undefined
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function isType(value: unknown): value is ReceivedAlert['type'] {
  return TYPES.has(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
