import type { Freshness, SpanSource } from '../model/source.js'
import type { Timestamp } from '../model/time.js'

/** How far a source lags behind. A default that stands in for a question that failed is asked for once more. */
export async function findLag(
  source: Pick<SpanSource, 'freshness'>,
  at: Timestamp,
  signal: AbortSignal,
): Promise<Freshness> {
  const freshness = await source.freshness(at, signal)
  return freshness.known ? freshness : source.freshness(at, signal)
}
