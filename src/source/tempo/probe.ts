import type { Freshness } from '../../model/source.js'
import { SourceError } from '../../model/source-error.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../../model/time.js'
import type { TempoClient } from './client.js'
import { AnswerTooLarge } from './errors.js'

/** What a Tempo of today with default settings lags behind, as measured; it stands in where Tempo does not tell. */
const DEFAULT_LAG_MS = 40 * SECOND_MS
/** From the moment Tempo stops hiding spans to the moment they are cut to a block and can be counted: 5 s idle + 5 s. */
const BLOCK_CUT_MS = 10 * SECOND_MS
const KEPT_MS = 10 * MINUTE_MS
const TIMEOUT_MS = 2000
const MAX_BYTES = 512 * 1024

/**
 * Finds out how far a Tempo lags behind, and asks again every ten minutes. Tempo's own configuration tells
 * (`query_frontend.query_end_cutoff`), where the path to it is open. Where it is not, a Tempo that has TraceQL metrics
 * is taken for one of today with default settings, and one that has none for an old one, which hides nothing.
 */
export function createLagProbe(
  client: TempoClient,
): (at: Timestamp, signal: AbortSignal) => Promise<Freshness> {
  let known: { readonly freshness: Freshness; readonly at: Timestamp } | undefined

  return async function lag(at, signal) {
    // A clock that was set back makes it old too.
    if (known !== undefined && at >= known.at && at - known.at < KEPT_MS) return known.freshness
    try {
      const freshness = await askLag(client, at, signal)
      known = { freshness, at }
      return freshness
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof SourceError)) throw error
      return known?.freshness ?? { lagMs: DEFAULT_LAG_MS, known: false }
    }
  }
}

async function askLag(client: TempoClient, at: Timestamp, signal: AbortSignal): Promise<Freshness> {
  const cutoffMs = await askCutoff(client, signal)
  if (cutoffMs !== undefined) return { lagMs: cutoffMs + BLOCK_CUT_MS, known: true }
  const lagMs = (await hasMetrics(client, at, signal)) ? DEFAULT_LAG_MS : 0
  return { lagMs, known: false }
}

/** Tempo's `query_end_cutoff`; undefined where its configuration is closed, or does not have it. */
async function askCutoff(client: TempoClient, signal: AbortSignal): Promise<number | undefined> {
  try {
    const ask = { path: '/status/config', timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES }
    return parseCutoff(await client.text(ask, signal))
  } catch (error) {
    if (error instanceof AnswerTooLarge) return undefined
    if (error instanceof SourceError && error.reason !== 'transient') return undefined
    throw error
  }
}

async function hasMetrics(client: TempoClient, at: Timestamp, signal: AbortSignal): Promise<boolean> {
  const end = Math.floor((at - DEFAULT_LAG_MS) / SECOND_MS)
  const params = { q: '{} | count_over_time()', start: end - 1, end, step: '1s' }
  try {
    await client.text(
      { path: '/api/metrics/query_range', params, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES },
      signal,
    )
    return true
  } catch (error) {
    if (error instanceof SourceError && error.reason === 'unsupported') return false
    throw error
  }
}

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', SECOND_MS],
  ['m', MINUTE_MS],
  ['h', 60 * MINUTE_MS],
])

/** A cut-off beyond this is not believed: windows would have to end hours ago. */
const LONGEST_CUTOFF_MS = 60 * MINUTE_MS
const KEY = 'query_end_cutoff:'

/**
 * The `query_end_cutoff` in Tempo's configuration, which is YAML with Go durations such as `30s` or `1m30s`. Tempo leaves
 * out one of zero, and an old Tempo has none: it is 0 then. Undefined where the text is no such configuration, or where
 * what it says cannot be read or believed.
 */
export function parseCutoff(configuration: string): number | undefined {
  const lines = configuration.split('\n').map((line) => line.trim())
  if (!lines.some((line) => line.startsWith('query_frontend:'))) return undefined
  const line = lines.find((each) => each.startsWith(KEY))
  if (line === undefined) return 0
  const [written = ''] = line.slice(KEY.length).split('#', 1)
  return parseGoDuration(written.trim())
}

function parseGoDuration(written: string): number | undefined {
  if (!/^(?:(?:\d{1,6}(?:\.\d{1,9})?(?:ms|s|m|h)){1,4}|0)$/.test(written)) return undefined
  let totalMs = 0
  for (const [, amount, unit] of written.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    totalMs += Number(amount) * (UNIT_MS.get(unit ?? '') ?? 0)
  }
  return totalMs <= LONGEST_CUTOFF_MS ? totalMs : undefined
}
