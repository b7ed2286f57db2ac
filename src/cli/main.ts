import { Command } from 'commander'
import { ListenError } from '../api/listen.js'
import { ConfigError } from '../config/config-error.js'
import { suggest } from '../config/suggest.js'
import { StoreError } from '../store/store-error.js'
import { VERSION } from '../version.js'
import { addDeliveryCommands } from './add-delivery-commands.js'
import type { BacktestCommandOptions } from './backtest.js'
import { BACKTEST_HELP } from './backtest/help.js'
import { EXIT } from './exit-codes.js'
import { describeVariables } from './describe-variables.js'
import type { CheckOptions } from './check.js'
import type { DemoOptions } from './demo.js'
import { FAULT_NAMES } from './demo/wished-fault.js'
import type { ExplainCommandOptions } from './explain.js'
import { EXPLAIN_HELP } from './explain/help.js'
import type { GateCommandOptions } from './gate.js'
import { GATE_HELP } from './gate/help.js'
import type { QueryOptions } from './query.js'
import { QUERY_HELP } from './query/help.js'
import type { RunOptions } from './run.js'
import type { TestOptions } from './test.js'
import { TEST_HELP } from './test/help.js'

const RUN_HELP = `
${describeVariables()}

Example:
  TEMPO_ENABLED=true TEMPO_URL=http://localhost:3200 tracebell`

const program = new Command('tracebell')
  .description('The alerting engine for distributed traces.')
  .version(VERSION)
  .configureHelp({ showGlobalOptions: true })
  .addHelpText('after', RUN_HELP)
  // Before the commands, which take it over. What commander ends by itself is a usage that it does not know, or help.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.fine : EXIT.badInput))

program
  .command('run', { isDefault: true })
  .description('watch traces and tell of anomalies, until stopped (the default command)')
  .option('--variables <file>', 'read further variables from this file', '.env')
  .option('--config <file>', 'the settings (tracebell.yaml, where there is one)')
  .option('--rules <files...>', 'rule files, folders or patterns (those that the settings name)')
  .option('--insecure', 'allow listeners outside loopback without a token', false)
  .addHelpText('after', RUN_HELP)
  .action(async (options: RunOptions) => {
    const { run } = await import('./run.js')
    await run(options)
  })

program
  .command('demo')
  .description('show it all in one terminal: a small web shop that breaks, and the alerts')
  .option('--seconds <n>', 'end by itself after this long')
  .option(
    '--fault <name>',
    `learn what is usual for three minutes, then show this: ${FAULT_NAMES.join(', ')}`,
  )
  .addHelpText('after', '\nExamples:\n  tracebell demo --seconds 60\n  tracebell demo --fault n-plus-one')
  .action(async (options: DemoOptions) => {
    const { demo } = await import('./demo.js')
    await demo(options)
  })

program
  .command('query')
  .description('ask one TraceQL question, a search or metrics, of a Tempo, a running tracebell or a file')
  .argument('<traceql>', "the query, such as '{ status = error }'")
  .option(
    '--source <source>',
    "a Tempo's http:// address, a file of OTLP JSON Lines (.jsonl, .gz), or embedded",
  )
  .option('--since <duration>', 'so long before the end (1h; a file: all of it)')
  .option('--start <time>', 'from this time on: RFC 3339 or Unix seconds')
  .option('--end <time>', "until this time (now; a file: its last span's end)")
  .option('--limit <n>', 'searches: the most traces to show (20)')
  .option('--step <duration>', 'metrics: the time between values (chosen by the length of the window)')
  .option('--instant', 'metrics: one value for the whole window', false)
  .option('--json', "print the answer as Tempo's HTTP API has it", false)
  .option('--variables <file>', 'read further variables from this file', '.env')
  .addHelpText('after', `\n${QUERY_HELP}`)
  .action(async (text: string, options: QueryOptions) => {
    const { query } = await import('./query.js')
    await query(text, options)
  })

program
  .command('test')
  .description('run unit tests of rules: which alerts fire when these traces come')
  .argument('<files...>', 'files of tests, and folders and patterns with *.test.yaml')
  .option('--run <regex>', 'run only the tests in whose names this is found')
  .option('--json', 'print what came of the tests as JSON', false)
  .addHelpText('after', `\n${TEST_HELP}`)
  .action(async (files: readonly string[], options: TestOptions) => {
    const { test } = await import('./test.js')
    await test(files, options)
  })

program
  .command('backtest')
  .description('say what rules would have done over the past: what fires, when, how long, how often')
  .option('--rules <files...>', 'rule files, folders or patterns (those that tracebell.yaml names)')
  .option(
    '--anomaly-defaults',
    'tell what is unlike normal, without rule files or beside those of --rules',
    false,
  )
  .requiredOption(
    '--source <source>',
    "a Tempo's http:// address, a file of OTLP JSON Lines (.jsonl, .gz), or embedded",
  )
  .option('--from <time>', 'evaluate from this time on (a file: its first span; else an hour before the end)')
  .option('--to <time>', 'evaluate until this time (a file: its end; else now)')
  .option('--arrival <file>', 'when each line of the file arrived, in Unix ms, a line each (.txt, .gz)')
  .option('--interval <duration>', 'how often groups are evaluated that do not say so (30s)')
  .option('--config <file>', 'settings (tracebell.yaml): say too who would have been told of what')
  .option('--alerts-out <file>', 'write every anomaly to this file, a line of JSON each')
  .option('--json', 'print the report as JSON', false)
  .option('--variables <file>', 'read further variables from this file', '.env')
  .addHelpText('after', `\n${BACKTEST_HELP}`)
  .action(async (options: BacktestCommandOptions) => {
    const { backtest } = await import('./backtest.js')
    await backtest(options)
  })

program
  .command('explain')
  .description('say why a rule does or does not fire: what is asked, what was found, where its alerts stand')
  .argument('<rule>', 'the name of the alert, or group/alert, or file:line')
  .option('--rules <files...>', 'rule files, folders or patterns (those that the settings name)')
  .option('--config <file>', 'the settings (tracebell.yaml, where there is one)')
  .option(
    '--source <source>',
    "a Tempo's http:// address, a file of OTLP JSON Lines (.jsonl, .gz), or embedded",
  )
  .option('--at <time>', 'the moment of the evaluation: RFC 3339 or Unix seconds (now; a file: its end)')
  .option('--json', 'print the explanation as JSON', false)
  .option('--variables <file>', 'read further variables from this file', '.env')
  .addHelpText('after', `\n${EXPLAIN_HELP}`)
  .action(async (rule: string, options: ExplainCommandOptions) => {
    const { explain } = await import('./explain.js')
    await explain(rule, options)
  })

program
  .command('gate')
  .description(
    'for CI: end with 1 where a rule has fired over the last minutes, with 3 where nobody can know',
  )
  .option('--rules <files...>', 'rule files, folders or patterns (those that tracebell.yaml names)')
  .option(
    '--source <source>',
    "a Tempo's http:// address, a file of OTLP JSON Lines (.jsonl, .gz), or embedded",
  )
  .option('--window <duration>', 'the time before the end over which rules are evaluated', '10m')
  .option('--end <time>', "the end: RFC 3339 or Unix seconds (now; a file: its last span's end)")
  .option('--no-wait', 'do not wait until the source shows what was sent by the end')
  .option('--timeout <duration>', 'the longest that all may take, with the wait', '5m')
  .option('--require-data', 'end with 3 where there was no trace at all', false)
  .option('--interval <duration>', 'how often groups are evaluated that do not say so (30s)')
  .option('--config <file>', 'the settings that name rules, where --rules does not (tracebell.yaml)')
  .option('--json', 'print the report as JSON', false)
  .option('--variables <file>', 'read further variables from this file', '.env')
  .addHelpText('after', `\n${GATE_HELP}`)
  .action(async (options: GateCommandOptions) => {
    const { gate } = await import('./gate.js')
    await gate(options)
  })

program
  .command('check')
  .description(
    'look for what is wrong with rule files and tracebell.yaml, and for what is most likely not meant',
  )
  .argument('[files...]', 'files, folders or patterns of rules; without any, those that tracebell.yaml names')
  .option('--config <file>', 'the settings (tracebell.yaml, where there is one)')
  .option('--lint-fatal', 'end with 1 where there are warnings', false)
  .option('--json', 'print the report for machines', false)
  .option('--variables <file>', 'read further variables from this file', '.env')
  .addHelpText('after', "\nExample:\n  tracebell check 'rules/*.yaml'")
  .action(async (files: readonly string[], options: CheckOptions) => {
    const { check } = await import('./check.js')
    await check(files, options)
  })

addDeliveryCommands(program)

/** What keeps a command from starting, and what its message says all about. */
const STARTING_ERRORS = [ConfigError, ListenError, StoreError]

/** Nothing is said where nobody reads any more, as after `| head`; a disk that is full is. The daemon sees to its own log. */
program.hook('preAction', (_, command) => {
  if (command.name() === 'run') return
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    process.stderr.write(`the output cannot be written: ${error.code ?? error.message}\n`)
    process.exit(EXIT.noVerdict)
  })
})

/** Where a word is no command, the default command would be told that it takes no argument. */
function refuseUnknownCommand(word: string | undefined): void {
  const known = [...program.commands.map((command) => command.name()), 'help']
  if (word === undefined || word.startsWith('-') || known.includes(word)) return
  const hint = suggest(word, known) ?? `expected one of ${known.join(', ')}`
  process.stderr.write(`unknown command ${JSON.stringify(word)}; ${hint}\n`)
  process.exit(EXIT.badInput)
}

try {
  refuseUnknownCommand(process.argv[2])
  await program.parseAsync()
} catch (error) {
  const known = STARTING_ERRORS.find((kind) => error instanceof kind)
  if (known === undefined || !(error instanceof known)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = EXIT.badInput
}
