import { createMeasureAnomalies } from '../../src/detect/anomaly/measure-anomalies.js'
import type { Finding } from '../../src/model/finding.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../../src/model/time.js'
import { addSpans } from '../../src/replay/add-spans.js'
import { createReplayClock } from '../../src/replay/replay-clock.js'
import { createMetrics } from '../../src/telemetry/metrics.js'
import { createTracesHere } from '../../src/traces-here.js'
import { createAnomalyRule } from '../../test/anomaly/anomaly-rule.js'
import type { AlertLine } from './alert-line.js'
import type { DetectionSet } from './detection-set.js'
import { replaySet } from './replay-set.js'

const EVERY_MS = 10 * SECOND_MS
const HELD_MS = 40 * MINUTE_MS
const HELD_BYTES = 256 * 1024 * 1024
const FOREVER = new AbortController().signal

/** The rule that runs without any configuration, over all spans as they arrive. An alert is told when it begins. */
export async function runDefaultPack(set: DetectionSet): Promise<readonly AlertLine[]> {
  const clock = createReplayClock(0)
  const here = createTracesHere({ maxBytes: HELD_BYTES, maxAgeMs: HELD_MS, clock, metrics: createMetrics() })
  const measure = createMeasureAnomalies({ traces: here.window, freshness: (at) => here.freshness(at) })
  const rule = createAnomalyRule()
  const alerts: AlertLine[] = []
  let firing = new Set<string>()

  async function look(at: Timestamp): Promise<void> {
    const [measured] = await measure([rule], at, FOREVER)
    if (measured === undefined || measured instanceof Error)
      throw new Error('nothing was measured', { cause: measured })
    const found = measured.samples.flatMap(({ finding }) => (finding === undefined ? [] : [finding]))
    alerts.push(...found.filter((each) => !firing.has(keyOf(each))).map((each) => toAlert(each, at)))
    firing = new Set(found.map(keyOf))
  }

  await replaySet(set, EVERY_MS, {
    take(spans, at) {
      clock.moveTo(at)
      addSpans(here.window, spans)
    },
    async tick(at) {
      clock.moveTo(at)
      await look(at)
    },
  })
  return alerts
}

/** What makes an alert another one: the labels of its sample. */
function keyOf({ service, signal }: Finding): string {
  return `${service}\n${signal}`
}

function toAlert({ service, signal, candidates, sentence, evidence }: Finding, at: Timestamp): AlertLine {
  return { at, type: signal, service, candidates, text: [sentence, ...evidence].join('\n') }
}
