import type { GateReport } from '../../replay/gate.js'
import { encodeHistory } from '../backtest/encode-report.js'

/** What a gate comes to, as machines read it. */
export function encodeGate(report: GateReport, source: string): object {
  const { period, verdict, reasons, sawTraces, templateFaults, rules } = report
  return {
    verdict,
    reasons,
    source,
    from: new Date(period.start).toISOString(),
    to: new Date(period.end).toISOString(),
    sawTraces,
    ...(templateFaults.length === 0 ? {} : { templateFaults }),
    rules: rules.map((history) => encodeHistory(history, period)),
  }
}
