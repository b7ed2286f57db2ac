import type { Timestamp } from '../../src/model/time.js'
import { formatGoDuration, type Parsed, parseMetricsTime, parseSince, parseStep } from './go-values.js'

/** Which spans a metrics query counts: those that start in (start, end], in nanoseconds. */
export interface MetricsWindow {
  readonly startNano: bigint
  /**
   * Spans that start after this are read. In a range query that is a step before the first sample's: a span there makes
   * a series, though all the samples in it may be zero.
   */
  readonly readFromNano: bigint
  readonly endNano: bigint
  /** One sample for each step, stamped with its end. An instant query is a single step. */
  readonly stepNano: bigint
}

const SECOND_NANO = 1_000_000_000n
const HOUR_NANO = 3600n * SECOND_NANO
const MAX_INTERVALS = 10_000n

/**
 * The window that a range query really reads: the start down to a step less one step more, the end up to a step, but
 * never past `now` less the cutoff, which is then cut down to a step.
 */
export function rangeWindow(
  params: URLSearchParams,
  now: Timestamp,
  cutoffMs: number,
): Parsed<MetricsWindow> {
  const bounds = parseBounds(params, now)
  if ('error' in bounds) return inGrpc(bounds.error)
  const { start, end } = bounds.value
  const stepText = params.get('step') ?? ''
  const parsed = stepText === '' ? { value: defaultStep(end - start) } : parseStep(stepText)
  if ('error' in parsed) return inGrpc(parsed.error)
  const step = parsed.value

  if (start >= end) return { error: END_BEFORE_START }
  const maxEnd = toNano(now - cutoffMs)
  const reached = end > maxEnd ? maxEnd : end
  if (start >= reached) return { error: WITHIN_CUTOFF }
  const tooLong = checkLength(reached - start)
  if (tooLong) return tooLong
  if (step === 0n || (reached - start) / step > MAX_INTERVALS) {
    const least = formatGoDuration((reached - start) / MAX_INTERVALS)
    return {
      error: `step of ${formatGoDuration(step)} is too small, minimum step for given range is ${least}`,
    }
  }

  const alignedEnd = ceil(reached, step)
  const endNano = alignedEnd > maxEnd ? floor(maxEnd, step) : alignedEnd
  const startNano = floor(start, step) - step
  return { value: { startNano, readFromNano: startNano - step, endNano, stepNano: step } }
}

/** The window that an instant query really reads: as asked, but cut by whole seconds to end before the cutoff. */
export function instantWindow(
  params: URLSearchParams,
  now: Timestamp,
  cutoffMs: number,
): Parsed<MetricsWindow> {
  const bounds = parseBounds(params, now)
  if ('error' in bounds) return inGrpc(bounds.error)
  const { start, end } = bounds.value
  if (end <= start) return { error: END_BEFORE_START }
  const maxEnd = toNano(now - cutoffMs)
  const endNano = end > maxEnd ? end - ceil(end - maxEnd, SECOND_NANO) : end
  if (endNano <= start) return { error: WITHIN_CUTOFF }
  const tooLong = checkLength(endNano - start)
  return tooLong ?? { value: { startNano: start, readFromNano: start, endNano, stepNano: endNano - start } }
}

const END_BEFORE_START = 'end must be greater than start'
const WITHIN_CUTOFF = 'query window falls entirely within query_end_cutoff'

function checkLength(nanos: bigint): { readonly error: string } | undefined {
  if (nanos <= 24n * HOUR_NANO) return undefined
  return { error: 'metrics query time range exceeds the maximum allowed duration of 24h0m0s' }
}

function parseBounds(
  params: URLSearchParams,
  now: Timestamp,
): Parsed<{ readonly start: bigint; readonly end: bigint }> {
  const sinceText = params.get('since') ?? ''
  const since = sinceText === '' ? { value: HOUR_NANO } : parseSince(sinceText)
  if ('error' in since) return since
  const nowNano = toNano(now)
  const endText = params.get('end') ?? ''
  const end = endText === '' ? { value: nowNano } : parseMetricsTime(endText)
  if ('error' in end) return { error: `could not parse 'end' parameter: ${end.error}` }
  const latest = end.value > nowNano ? nowNano : end.value
  const startText = params.get('start') ?? ''
  const start = startText === '' ? { value: latest - since.value } : parseMetricsTime(startText)
  if ('error' in start) return { error: `could not parse 'start' parameter: ${start.error}` }
  return { value: { start: start.value, end: end.value } }
}

function inGrpc(error: string): { readonly error: string } {
  return { error: `rpc error: code = Code(400) desc = ${error}` }
}

// About 240 samples, in whole units a person would choose; 50 ms units for less than a minute.
function defaultStep(range: bigint): bigint {
  const wanted = range / 240n
  const units =
    range < 60n * SECOND_NANO ? [50_000_000n] : [3600n, 300n, 60n, 15n, 5n, 1n].map((s) => s * SECOND_NANO)
  const unit = units.find((candidate) => wanted > candidate)
  return unit === undefined ? (units.at(-1) ?? SECOND_NANO) : floor(wanted, unit)
}

function toNano(ms: number): bigint {
  return BigInt(Math.round(ms * 1000)) * 1000n
}

function floor(value: bigint, step: bigint): bigint {
  return value - (value % step)
}

function ceil(value: bigint, step: bigint): bigint {
  return floor(value + step - 1n, step)
}
