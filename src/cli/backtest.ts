import { readEnvironment } from '../config/read-environment.js'
import { readSettings, type AllSettings } from '../config/settings/read-settings.js'
import type { BacktestReport } from '../replay/backtest-report.js'
import { createSystemClock } from '../system-clock.js'
import { chooseGroups, type BacktestRulesOptions } from './backtest/choose-groups.js'
import { encodeReport } from './backtest/encode-report.js'
import { toFailure } from './backtest/failure.js'
import { findProblems } from './backtest/find-problems.js'
import { formatReport } from './backtest/format-report.js'
import { openAlertsFile } from './backtest/open-alerts-file.js'
import { replayFile } from './backtest/replay-file.js'
import { replayTempo } from './backtest/replay-tempo.js'
import { EXIT } from './exit-codes.js'
import { chooseSource, type QuerySource } from './query/choose-source.js'
import { InputError } from './query/input-error.js'
import { printable, printableJson } from './query/printable.js'

export interface BacktestCommandOptions extends BacktestRulesOptions {
  readonly source: string
  readonly from?: string
  readonly to?: string
  readonly arrival?: string
  readonly json: boolean
  readonly alertsOut?: string
}

/**
 * `tracebell backtest`: says what rules would have done over the past. Ends with 2 for bad input, with 3 where the past could
 * not be read to its end or a rule could not be evaluated. Throws a `ConfigError` for faulty variables.
 */
export async function backtest(options: BacktestCommandOptions): Promise<void> {
  try {
    const { json, variables } = options
    const source = chooseSource({ source: options.source, environment: process.env, envFile: variables })
    const name = source.kind === 'tempo' ? source.tempo.url.href : source.path
    const report = await replay(options, source)
    write(json ? `${printableJson(encodeReport(report, name))}\n` : formatReport(report, name))
    for (const problem of findProblems(report)) say(printable(problem))
    if (!isWhole(report)) process.exitCode = EXIT.noVerdict
  } catch (error) {
    const failure = toFailure(error)
    if (failure === undefined) throw error
    say(failure.text)
    process.exitCode = failure.exitCode
  }
}

async function replay(
  { arrival, ...options }: BacktestCommandOptions,
  source: QuerySource,
): Promise<BacktestReport> {
  if (source.kind === 'tempo' && arrival !== undefined) {
    throw new InputError(
      '--arrival: --source is a Tempo, and this is for files: a Tempo does not tell when spans arrived',
    )
  }
  const groups = chooseGroups(options, source)
  const alerts = options.alertsOut === undefined ? undefined : openAlertsFile(options.alertsOut)
  const common = {
    groups,
    settings: readNamed(options),
    from: options.from,
    to: options.to,
    onAnomaly: alerts && ((line: string) => alerts.write(line)),
    clock: createSystemClock({ keepAlive: true }),
    say,
    stderr: process.stderr,
    // Ctrl-C ends the process itself: there is nothing to undo.
    signal: new AbortController().signal,
  }
  try {
    return source.kind === 'tempo'
      ? await replayTempo({ ...common, source })
      : await replayFile({ ...common, path: source.path, arrival })
  } finally {
    alerts?.close()
  }
}

/** Only settings that are named: what would have been sent is not to depend on a file that happens to lie there. */
function readNamed({ config: file, variables }: BacktestCommandOptions): AllSettings | undefined {
  if (file === undefined) return undefined
  return readSettings({ environment: readEnvironment(process.env, variables), file })
}

/** The first windows of a file reach back to before it; a Tempo has seen all, or says that it has not. */
function isWhole({ cutOff, rules, file }: BacktestReport): boolean {
  const isSure = rules.every(({ failed, partial }) => failed === 0 && (file !== undefined || partial === 0))
  return cutOff === undefined && isSure
}

function write(text: string): void {
  // Where nobody reads any more, as after `| head`, there is nothing left to say.
  process.stdout.on('error', () => {})
  process.stdout.write(text)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
