import { describe, expect, it } from 'vitest'
import { matchRule } from '../../../test/build-rule.js'
import type { Firing, RuleHistory } from '../../replay/firing-log.js'
import type { GateReport } from '../../replay/gate.js'
import { describeVerdict, formatAlerts } from './format-gate.js'

const T0 = Date.UTC(2026, 2, 2, 8)

function firing(second: number, parts: Partial<Firing> = {}): Firing {
  return {
    labels: new Map([
      ['alertname', 'Slow'],
      ['service', 'cart'],
    ]),
    annotations: new Map(),
    activeAt: T0,
    firedAt: T0 + second * 1000,
    endedAt: undefined,
    value: 7.25,
    traceIds: ['a1', 'b2', 'c3', 'd4', 'e5'],
    ...parts,
  }
}

function history(firings: readonly Firing[], parts: Partial<RuleHistory> = {}): RuleHistory {
  const rule = matchRule('{ duration > 1s }', { alert: 'Slow' })
  const group = { name: 'shop', file: 'rules.yaml', intervalMs: 60_000, rules: [rule] }
  const counts = { evaluations: 10, partial: 0, noData: 0, failed: 0, lastError: undefined }
  return { group, rule, ...counts, firings, uncounted: 0, ...parts }
}

function reportOf(parts: Partial<GateReport>): GateReport {
  const period = { start: T0, end: T0 + 600_000 }
  return { verdict: 'fired', reasons: [], sawTraces: true, period, rules: [], templateFaults: [], ...parts }
}

describe('the lines of a gate', () => {
  it('tell of each alert what, when and three traces, in order of time', () => {
    const later = firing(90, { endedAt: T0 + 120_000, traceIds: ['a1'] })
    expect(formatAlerts(reportOf({ rules: [history([later]), history([firing(60)])] }))).toEqual([
      'Slow {service="cart"} = 7.25, fired at 2026-03-02T08:01:00Z and fires still; traces a1 b2 c3 and 2 more',
      'Slow {service="cart"} = 7.25, fired at 2026-03-02T08:01:30Z until 2026-03-02T08:02:00Z; traces a1',
    ])
  })

  it('leave out alerts that only tell of a failure', () => {
    const failure = firing(60, { annotations: new Map([['alertstate_reason', 'Error']]) })
    const report = reportOf({ rules: [history([failure, firing(90)])] })
    expect(formatAlerts(report)).toHaveLength(1)
    expect(describeVerdict(report)).toBe('gate: 1 alert fired')
  })

  it('are bounded, and the verdict counts all', () => {
    const rules = [
      history(
        Array.from({ length: 103 }, (_, second) => firing(second)),
        { uncounted: 5 },
      ),
    ]
    const lines = formatAlerts(reportOf({ rules }))
    expect([lines.length, lines.at(-1)]).toEqual([101, 'and 3 more; --json shows all'])
    expect(describeVerdict(reportOf({ rules }))).toBe('gate: 108 alerts fired')
  })

  it('hold nothing that moves the cursor', () => {
    const labels = new Map([['service', 'a\u001b[2Jb\nc']])
    const [line = ''] = formatAlerts(reportOf({ rules: [history([firing(60, { labels })])] }))
    expect([line.includes('\u001b'), line.includes('\n')]).toEqual([false, false])
  })
})

describe('the verdict of a gate', () => {
  it.each([
    ['nothing fired', [], true, 'gate: nothing fired'],
    ['nothing fired', [], false, 'gate: nothing fired, and there was no trace at all'],
    ['no verdict', ['A: failed', 'b\u001b'], true, 'gate: no verdict: A: failed; b\\u001b'],
    ['no verdict', ['a', 'b', 'c', 'd', 'e'], true, 'gate: no verdict: a; b; c; and 2 reasons more'],
  ] as const)('%s, %j', (verdict, reasons, sawTraces, expected) => {
    expect(describeVerdict(reportOf({ verdict, reasons, sawTraces }))).toBe(expected)
  })
})
