import type { GateReport } from '../replay/gate.js'
import { createSystemClock } from '../system-clock.js'
import { toFailure } from './backtest/failure.js'
import { loadGroups, type RulesOptions } from './backtest/load-groups.js'
import { readPast } from './backtest/read-period.js'
import { EXIT } from './exit-codes.js'
import { encodeGate } from './gate/encode-gate.js'
import { describeVerdict, formatAlerts } from './gate/format-gate.js'
import { runGate } from './gate/run-gate.js'
import { chooseSource } from './query/choose-source.js'
import { printable, printableJson } from './query/printable.js'
import { readDuration, readMoment } from './query/read-times.js'

export interface GateCommandOptions extends RulesOptions {
  readonly source?: string
  readonly window: string
  readonly end?: string
  readonly wait: boolean
  readonly timeout: string
  readonly requireData: boolean
  readonly json: boolean
}

const EXIT_CODES = {
  fired: EXIT.findings,
  'nothing fired': EXIT.fine,
  'no verdict': EXIT.noVerdict,
} as const satisfies Record<GateReport['verdict'], number>

/**
 * `tracebell gate`: ends with 1 where a rule has fired over the last minutes, with 3 where nobody can know, with 2 for bad
 * input. Throws a `ConfigError` for faulty variables.
 */
export async function gate(options: GateCommandOptions): Promise<void> {
  try {
    const { json } = options
    const { report, name } = await judge(options)
    const lines = [...(json ? [] : formatAlerts(report)), describeVerdict(report)]
    if (json) write(`${printableJson(encodeGate(report, name))}\n`)
    if (report.verdict === 'fired') report.reasons.forEach((reason) => say(printable(reason)))
    for (const fault of report.templateFaults) say(printable(`a text could not be filled in: ${fault}`))
    lines.forEach((line) => (json ? say(line) : write(`${line}\n`)))
    process.exitCode = EXIT_CODES[report.verdict]
  } catch (error) {
    const failure = toFailure(error)
    if (failure === undefined) throw error
    say(failure.text)
    process.exitCode = failure.exitCode
  }
}

async function judge(options: GateCommandOptions) {
  const { end, requireData, wait, variables } = options
  const source = chooseSource({ source: options.source, environment: process.env, envFile: variables })
  const clock = createSystemClock({ keepAlive: true })
  const isFile = source.kind === 'file'
  const report = await runGate({
    source,
    groups: loadGroups(options),
    windowMs: readDuration('--window', options.window),
    end:
      end === undefined ? undefined : isFile ? readMoment('--end', end) : readPast('--end', end, clock.now()),
    timeoutMs: readDuration('--timeout', options.timeout),
    requireData,
    wait,
    clock,
    say,
    stderr: process.stderr,
    // Ctrl-C ends the process itself: there is nothing to undo.
    signal: new AbortController().signal,
  })
  return { report, name: isFile ? source.path : source.tempo.url.href }
}

function write(text: string): void {
  // Where nobody reads any more, as after `| head`, there is nothing left to say.
  process.stdout.on('error', () => {})
  process.stdout.write(text)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
