import type { Clock } from '../src/model/clock.js'
import { createTempoSource } from '../src/source/tempo/source.js'
import { createSystemClock } from '../src/system-clock.js'
import { createMetrics } from '../src/telemetry/metrics.js'
import { noSpans } from '../src/telemetry/spans.js'
import { untraced } from '../src/telemetry/untraced.js'
import { createTestLogger } from './test-logger.js'

/** A source that asks the Tempo at this address, which hides nothing. */
export function openTempo(url: URL, clock: Clock = createSystemClock({ keepAlive: true })) {
  return createTempoSource({
    config: { url, headers: {}, queryTimeoutMs: 20_000 },
    clock,
    logger: createTestLogger(),
    metrics: createMetrics(),
    spans: noSpans,
    untraced,
    lagMs: 0,
  })
}
