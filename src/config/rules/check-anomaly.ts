import { TraceqlError, type CheckedQuery } from '../../traceql/index.js'
import { describeFound } from '../yaml/file-fault.js'
import type { KeyPath } from '../yaml/key-path.js'
import type { Report } from '../yaml/report.js'
import { isRecord } from '../yaml/value-at.js'
import { offsetOf, readQuery } from './checked-query.js'

/** Keys of a rule that mean nothing beside `anomaly`, with what to do instead. */
const OTHER_KEYS = [
  ['window', 'what is normal is learned as spans come; put warm_up under anomaly'],
  ['query_offset', 'spans that come late are waited for anyway'],
  ['group_by', 'there is an alert for each service that is to blame'],
  ['threshold', 'put sensitivity under anomaly'],
  ['min_traffic', 'put it under anomaly'],
  ['resolve_when', 'an alert ends when all is normal again; keep_firing_for makes it last'],
] as const

/** Reports what is wrong with what stands under `anomaly` in a rule but for its shape, and with what stands beside it. */
export function checkAnomaly(rule: Readonly<Record<string, unknown>>, path: KeyPath, report: Report): void {
  for (const [key, instead] of OTHER_KEYS) {
    if (Object.hasOwn(rule, key))
      report([...path, key], `not for rules with anomaly: ${instead}`, { atKey: true })
  }
  const anomaly = rule['anomaly']
  if (!isRecord(anomaly)) return
  checkWhere(anomaly['where'], [...path, 'anomaly', 'where'], report)
  checkSignals(anomaly['signals'], [...path, 'anomaly', 'signals'], report)
}

function checkWhere(text: unknown, path: KeyPath, report: Report): void {
  if (typeof text !== 'string') return
  const query = readQuery(text)
  if (query instanceof TraceqlError)
    report(path, `TraceQL: ${query.problem}`, { offset: offsetOf(query, text), caret: query.caret })
  else if (!isSpansetFilter(query))
    report(path, `found ${describeFound(text)}, expected one spanset filter, such as { kind = server }`)
}

function isSpansetFilter({ root, query: { hints } }: CheckedQuery): boolean {
  if (root.kind !== 'Pipeline' || hints.length > 0) return false
  const [filter, ...others] = root.stages
  return filter?.kind === 'SpansetFilter' && others.length === 0
}

function checkSignals(signals: unknown, path: KeyPath, report: Report): void {
  if (!Array.isArray(signals)) return
  for (const [index, signal] of signals.entries()) {
    if (typeof signal === 'string' && signals.indexOf(signal) < index)
      report([...path, index], `found ${describeFound(signal)} a second time`)
  }
}
