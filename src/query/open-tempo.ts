import type { Clock } from '../model/clock.js'
import type { SpanSource } from '../model/source.js'
import { SECOND_MS } from '../model/time.js'
import type { TempoConfig } from '../source/tempo/config.js'
import { createTempoSource } from '../source/tempo/source.js'
import { createMetrics } from '../telemetry/metrics.js'
import { silentLogger } from '../telemetry/silent-logger.js'
import { noSpans } from '../telemetry/spans.js'
import { untraced } from '../telemetry/untraced.js'

/** A person, or a pipeline, waits longer than a poll does. */
const LEAST_TIMEOUT_MS = 30 * SECOND_MS

/**
 * The Tempo, or what answers as one, that a command asks about rules: without metrics, spans or a log of its own. The clock
 * is the machine's, as requests take real time. It must be closed.
 */
export function openTempo(tempo: TempoConfig, clock: Clock): SpanSource & { close(): Promise<void> } {
  return createTempoSource({
    config: { ...tempo, queryTimeoutMs: Math.max(LEAST_TIMEOUT_MS, tempo.queryTimeoutMs) },
    clock,
    logger: silentLogger,
    metrics: createMetrics(),
    spans: noSpans,
    untraced,
  })
}
