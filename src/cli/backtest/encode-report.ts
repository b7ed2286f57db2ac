import type { Interval, Timestamp } from '../../model/time.js'
import type { BacktestReport, FileAccount } from '../../replay/backtest-report.js'
import type { Firing, RuleHistory } from '../../replay/firing-log.js'
import { encodeDelivery } from './encode-delivery.js'
import { summarizeHistory } from './summarize-history.js'

const SECOND_MS = 1000

/** A backtest as machines read it. */
export function encodeReport(report: BacktestReport, source: string): object {
  const period = { start: report.from, end: report.to }
  return {
    source,
    from: iso(report.from),
    to: iso(report.to),
    ...(report.file === undefined ? {} : encodeFile(report.file)),
    ...(report.lagMs === undefined ? {} : { lagSeconds: report.lagMs / SECOND_MS }),
    ...(report.templateFaults.length === 0 ? {} : { templateFaults: report.templateFaults }),
    ...(report.cutOff === undefined ? {} : { cutOff: report.cutOff }),
    rules: report.rules.map((history) => encodeHistory(history, period)),
    ...(report.delivery === undefined ? {} : { delivery: encodeDelivery(report.delivery) }),
  }
}

function encodeFile({ spans, badLines, refused, ahead, lateTraces }: FileAccount): object {
  const { count, first } = ahead
  return {
    spans,
    badLines,
    refusedSpans: Object.fromEntries(refused),
    aheadSpans: count,
    ...(first === undefined ? {} : { firstAhead: { line: first.line, end: iso(first.end) } }),
    lateTraces,
  }
}

/** What came of a rule, as machines read it. */
export function encodeHistory(history: RuleHistory, period: Interval): object {
  const { group, rule, evaluations, partial, noData, failed, lastError, firings } = history
  const { fired, perDay, firingMs } = summarizeHistory(history, period)
  return {
    group: group.name,
    rule: rule.alert,
    file: rule.place.file,
    line: rule.place.line,
    evaluations,
    partial,
    noData,
    failed,
    ...(lastError === undefined ? {} : { lastError }),
    fired,
    perDay: Number(perDay.toPrecision(6)),
    firingSeconds: firingMs / SECOND_MS,
    firings: firings.map((firing) => encodeFiring(firing, period.end)),
  }
}

function encodeFiring(firing: Firing, end: Timestamp): object {
  const { labels, annotations, activeAt, firedAt, endedAt, value, traceIds } = firing
  return {
    labels: Object.fromEntries(labels),
    annotations: Object.fromEntries(annotations),
    activeAt: iso(activeAt),
    firedAt: iso(firedAt),
    endedAt: endedAt === undefined ? null : iso(endedAt),
    seconds: ((endedAt ?? end) - firedAt) / SECOND_MS,
    value,
    traces: traceIds,
  }
}

function iso(at: Timestamp): string {
  return new Date(at).toISOString()
}
