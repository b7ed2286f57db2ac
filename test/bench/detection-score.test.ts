import { describe, expect, it } from 'vitest'
import { encodeAlertLine, type AlertLine } from '../../bench/detection/alert-line.js'
import type { SetLabels } from '../../bench/detection/labels.js'
import { scoreAlerts } from '../../bench/detection/score.js'
import { summarize } from '../../bench/detection/summary.js'
import { formatFalse, formatKinds, formatOverview } from '../../bench/detection/table.js'

const SECOND_MS = 1000

function fault(id: string, startSecs: number, endSecs: number, service: string, type: string, scored = true) {
  return { id, start: startSecs * SECOND_MS, end: endSecs * SECOND_MS, service, type, scored, accept: [] }
}

const LABELS: SetLabels = {
  start: 0,
  end: 5000 * SECOND_MS,
  warmupEnd: 100 * SECOND_MS,
  observed: [],
  faults: [
    fault('w', 10, 40, 'x', 'cpu', false),
    fault('a', 1000, 1180, 'cart', 'cpu'),
    fault('b', 2000, 2180, 'pay', 'net'),
    fault('c', 3000, 3180, 'mail', 'net'),
  ],
  benign: [{ start: 3950 * SECOND_MS, end: 3960 * SECOND_MS, type: 'deploy' }],
}

function alert(atSecs: number, service?: string): AlertLine {
  return { at: atSecs * SECOND_MS, type: 'latency', service, candidates: [], text: '' }
}

const ALERTS = [
  alert(50), // in the warm-up
  alert(120), // shortly after a fault that is not scored
  alert(1030, 'cart'),
  alert(1060, 'cart'),
  alert(1250, 'front'),
  alert(1271, 'front'), // a second too late for the fault
  alert(2010, 'front'),
  alert(4000, 'q'),
  alert(4090),
]

describe('the score of a detector', () => {
  const score = scoreAlerts(ALERTS.toReversed(), LABELS)

  it('counts faults that were found, when, and whom was blamed', () => {
    expect(score.faults).toEqual([
      { type: 'cpu', isDetected: true, afterMs: 30_000, isNamedRight: true },
      { type: 'net', isDetected: true, afterMs: 10_000, isNamedRight: false },
      { type: 'net', isDetected: false, afterMs: undefined, isNamedRight: false },
    ])
  })

  it('joins alerts to incidents, and tells those that are false', () => {
    // 1030 to 1060, 1250, and 2010 belong to faults; 1271, and 4000 to 4090 to none.
    expect(score).toMatchObject({ incidents: 5, falseIncidents: 2 })
    expect([...score.falseBy]).toEqual([
      ['nothing', 1],
      ['deploy', 1],
    ])
  })

  it('counts the hours in which nothing was wrong', () => {
    // The fault that is not scored reaches 30 s past the warm-up, the others last 270 s each with what follows them.
    expect(score.quietHours).toBeCloseTo((4900 - 30 - 810) / 3600)
  })

  it('takes other names that are as right', () => {
    const accepting = LABELS.faults.map((each) => ({ ...each, accept: ['front'] }))
    const { faults } = scoreAlerts(ALERTS, { ...LABELS, faults: accepting })
    expect(faults.map(({ isNamedRight }) => isNamedRight)).toEqual([true, true, false])
  })

  it('does not let an endless alarm look like one incident', () => {
    const endless = Array.from({ length: 490 }, (_, index) => alert(100 + index * 10, 'cart'))
    const { incidentF1, detected } = summarize([scoreAlerts(endless, LABELS)])
    expect(detected).toBe(3)
    expect(incidentF1).toBeLessThan(0.5)
  })

  it('is nothing where nothing is told', () => {
    expect(summarize([scoreAlerts([], LABELS)])).toMatchObject({
      detected: 0,
      incidentF1: 0,
      falseIncidentsPerHour: 0,
    })
  })
})

describe('the summary of scores', () => {
  const summary = summarize([scoreAlerts(ALERTS, LABELS), scoreAlerts(ALERTS, LABELS)])

  it('adds up several sets', () => {
    expect(summary).toMatchObject({
      faults: 6,
      detected: 4,
      detectedAfterSecs: { p50: 20 },
      namedRightShare: 0.5,
    })
    expect(summary.byType['net']).toEqual({ faults: 4, detected: 2, namedRight: 0 })
  })

  it('is shown as tables', () => {
    const summaries = new Map([['ours', summary]])
    expect(formatOverview(summaries)).toContain('| ours | 4 of 6 | 0.63 | 1.8 | 20 s | 30 s | 50 % |')
    expect(formatKinds(summaries)).toContain('| cpu | 2 | 2 (2) |')
    expect(formatFalse(summary)).toBe('2 with nothing, 2 with deploy')
  })
})

describe('an alert for scorers', () => {
  it('is a line in the time of the data', () => {
    expect(JSON.parse(encodeAlertLine(alert(1030, 'cart')))).toMatchObject({
      timestamp: '1970-01-01T00:17:10.000Z',
      root_cause_service: 'cart',
    })
  })
})
