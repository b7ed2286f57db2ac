import { runBacktest, type BacktestReport } from '../replay/backtest.js'
import { createSystemClock } from '../system-clock.js'
import { describeReplay } from './backtest/describe-replay.js'
import { encodeReport } from './backtest/encode-report.js'
import { toFailure } from './backtest/failure.js'
import { findProblems } from './backtest/find-problems.js'
import { formatReport } from './backtest/format-report.js'
import { loadGroups } from './backtest/load-groups.js'
import { openAlertsFile } from './backtest/open-alerts-file.js'
import { EXIT } from './exit-codes.js'
import { createFileReport } from './query/file-report.js'
import { InputError } from './query/input-error.js'
import { printable, printableJson } from './query/printable.js'
import { readDuration, readMoment } from './query/read-times.js'

export interface BacktestCommandOptions {
  readonly rules: readonly string[]
  readonly source: string
  readonly from?: string
  readonly to?: string
  readonly arrival?: string
  readonly interval: string
  readonly json: boolean
  readonly alertsOut?: string
}

/** For the spans that windows can still reach; as much as the embedded source takes by default. */
const MEMORY_BYTES = 256 * 1024 * 1024

/**
 * `tracebell backtest`: says what rules would have done over the past. Ends with 2 for bad input, with 3 where a file could
 * not be read to its end or a rule could not be evaluated.
 */
export async function backtest(options: BacktestCommandOptions): Promise<void> {
  try {
    const { json, source } = options
    const report = await replay(options)
    write(json ? `${printableJson(encodeReport(report, source))}\n` : formatReport(report, source))
    for (const problem of findProblems(report)) say(printable(problem))
    if (report.cutOff !== undefined || report.rules.some(({ failed }) => failed > 0)) {
      process.exitCode = EXIT.noVerdict
    }
  } catch (error) {
    const failure = toFailure(error)
    if (failure === undefined) throw error
    say(failure.text)
    process.exitCode = failure.exitCode
  }
}

async function replay(options: BacktestCommandOptions): Promise<BacktestReport> {
  const { source, arrival, from, to } = options
  if (/^https?:/i.test(source)) {
    throw new InputError('--source: found an address, expected a file of OTLP JSON Lines')
  }
  const groups = loadGroups(options.rules, readDuration('--interval', options.interval))
  const clock = createSystemClock({ keepAlive: true })
  const reading = createFileReport({
    path: source,
    clock,
    say,
    stderr: process.stderr,
    describe: describeReplay,
  })
  const alerts = options.alertsOut === undefined ? undefined : openAlertsFile(options.alertsOut)
  try {
    return await runBacktest({
      groups,
      path: source,
      arrivals: arrival,
      from: from === undefined ? undefined : readMoment('--from', from),
      to: to === undefined ? undefined : readMoment('--to', to),
      maxBytes: MEMORY_BYTES,
      onAnomaly: alerts && ((line) => alerts.write(line)),
      onBadLine: (line) => reading.onBadLine(line),
      onProgress: (progress) => reading.onProgress(progress),
      // Ctrl-C ends the process itself: there is nothing to undo.
      signal: new AbortController().signal,
    })
  } finally {
    reading.close()
    alerts?.close()
  }
}

function write(text: string): void {
  // Where nobody reads any more, as after `| head`, there is nothing left to say.
  process.stdout.on('error', () => {})
  process.stdout.write(text)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
