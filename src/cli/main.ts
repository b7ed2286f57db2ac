import { Command } from 'commander'
import { ListenError } from '../api/listen.js'
import { ConfigError } from '../config/config-error.js'
import { VERSION } from '../version.js'
import { EXIT } from './exit-codes.js'
import { describeVariables } from './describe-variables.js'

const program = new Command('tracebell')
  .description('The alerting engine for distributed traces.')
  .version(VERSION)
  .configureHelp({ showGlobalOptions: true })

program
  .command('run', { isDefault: true })
  .description('watch traces and tell of anomalies, until stopped (the default command)')
  .option('--env-file <file>', 'read further variables from this file', '.env')
  .option('--insecure', 'allow listeners outside loopback without a token', false)
  .addHelpText(
    'after',
    `\n${describeVariables()}\n\nExample:\n  TEMPO_ENABLED=true TEMPO_URL=http://localhost:3200 tracebell`,
  )
  .action(async (options: { envFile: string; insecure: boolean }) => {
    const { run } = await import('./run.js')
    await run(options)
  })

program
  .command('demo')
  .description('show it all in one terminal: a small web shop that breaks, and the alerts')
  .option('--seconds <n>', 'end by itself after this long')
  .addHelpText('after', '\nExample:\n  tracebell demo --seconds 60')
  .action(async (options: { seconds?: string }) => {
    const { demo } = await import('./demo.js')
    await demo(options)
  })

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof ListenError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = EXIT.badInput
}
