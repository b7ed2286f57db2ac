import { describe, expect, it } from 'vitest'
import { buildFinding } from '../../test/build-finding.js'
import { toFindingSample } from '../detect/anomaly/to-finding-sample.js'
import { buildRuleGroup } from '../../test/build-rule-group.js'
import { anomalyRule } from '../../test/build-rule.js'
import type { Finding } from '../model/finding.js'
import type { RuleMeasure } from '../model/rule-sample.js'
import { evaluatePlans } from './evaluate-plans.js'
import { createReplayRecord } from './replay-record.js'

const T0 = Date.UTC(2026, 2, 2, 8)
const STEP_MS = 10_000

/** The lines of anomalies, and the histories of a rule that finds these things, 10 s apart. */
async function record(found: readonly (readonly Finding[])[]) {
  const lines: unknown[] = []
  const rule = anomalyRule({
    annotations: new Map([['summary', '{{ $finding.sentence }}']]),
    labels: new Map([['severity', 'page']]),
  })
  const group = buildRuleGroup({ name: 'anomalies', intervalMs: STEP_MS, rules: [rule] })
  const kept = createReplayRecord({
    groups: [group],
    onAnomaly: (line) => lines.push(JSON.parse(line)),
    countTraces: () => 40,
  })
  const measure = (at: number): RuleMeasure => ({
    window: { start: at - STEP_MS, end: at },
    samples: (found[(at - T0) / STEP_MS] ?? []).map(toFindingSample),
    completeness: 'complete',
    hasData: true,
  })
  await evaluatePlans({
    plans: [{ group, first: T0, last: T0 + (found.length - 1) * STEP_MS }],
    measure: async (_, at) => [measure(at)],
    render: kept.render,
    onOutcome: async (outcome) => {
      await kept.note(outcome)
      return 'go on' as const
    },
    signal: new AbortController().signal,
  })
  return { lines, kept }
}

describe('what is kept of rules on what is unlike normal', () => {
  it('is a line for each alert, at the moment of its evaluation, with what is to blame', async () => {
    const slow = buildFinding()
    const { lines } = await record([
      [],
      [],
      [slow],
      [slow],
      [],
      [buildFinding({ signal: 'errors', service: 'stock' })],
    ])
    expect(lines).toEqual([
      {
        anomaly_type: 'latency',
        trace_id: 't1',
        span_name: 'POST /checkout',
        duration_ms: 1200,
        message: slow.sentence,
        affected_traces: 2,
        total_traces: 40,
        timestamp: T0 / 1000 + 20,
        service: 'payment',
        operation: 'charge',
        rule: 'Unusual',
        root_cause_service: 'payment',
        root_cause_candidates: ['payment', 'checkout'],
        evidence: slow.evidence,
      },
      expect.objectContaining({
        anomaly_type: 'errors',
        root_cause_service: 'stock',
        timestamp: T0 / 1000 + 50,
      }),
    ])
  })

  it('is a firing with the texts and the traces of what was found', async () => {
    const { kept } = await record([[buildFinding()], [buildFinding({}, ['t3'])], []])
    expect(kept.templateFaults()).toEqual([])
    expect(kept.histories().map(({ firings }) => firings)).toMatchObject([
      [
        {
          labels: new Map([
            ['service', 'payment'],
            ['signal', 'latency'],
            ['severity', 'page'],
            ['alertname', 'Unusual'],
          ]),
          annotations: new Map([['summary', buildFinding().sentence]]),
          firedAt: T0,
          endedAt: T0 + 2 * STEP_MS,
          traceIds: ['t1', 't2', 't3'],
        },
      ],
    ])
  })
})
