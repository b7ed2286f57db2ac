import type { Command } from 'commander'
import type { AlertsOptions } from './alerts.js'
import type { DaemonOptions } from './daemon/open-daemon.js'
import type { ListNotificationsOptions, RetryOptions } from './notifications.js'
import type { RouteOptions } from './route.js'
import type { SendTestCommandOptions } from './send-test.js'
import type { AddSilenceOptions, ListSilencesOptions } from './silences.js'

const DAEMON_HELP = `
The running tracebell is asked at TRACEBELL_API_LISTEN, with TRACEBELL_TOKEN or TRACEBELL_USERNAME and
TRACEBELL_PASSWORD. Ends with 2 where what is asked is wrong, with 3 where it does not answer.`

/** The commands about alerts on their way to people. */
export function addDeliveryCommands(program: Command): void {
  addAlerts(program)
  addSilences(program)
  addNotifications(program)
  addRoute(program)
  addSendTest(program)
}

function withSettings(command: Command): Command {
  return command
    .option('--config <file>', 'the settings (tracebell.yaml, where there is one)')
    .option('--variables <file>', 'read further variables from this file', '.env')
}

function askingDaemon(command: Command): Command {
  return withSettings(
    command.option('--url <url>', 'where the running tracebell answers (TRACEBELL_API_LISTEN)'),
  )
}

function addAlerts(program: Command): void {
  askingDaemon(
    program
      .command('alerts')
      .description('show the alerts of the running tracebell, and who is told of them')
      .argument(
        '[matchers...]',
        "only those that match, such as severity=page 'service=~\"shop.*\"'; a word is an alert's name",
      )
      .option('--receiver <regex>', 'only those that go to a receiver of this name')
      .option('--active', 'only those of which somebody is told now', false)
      .option('--json', "print them as Alertmanager's HTTP API has them", false),
  )
    .addHelpText('after', `${DAEMON_HELP}\n\nExample:\n  tracebell alerts severity=page --active`)
    .action(async (matchers: readonly string[], options: AlertsOptions) => {
      const { alerts } = await import('./alerts.js')
      await alerts(matchers, options)
    })
}

function addSilences(program: Command): void {
  const silences = program
    .command('silences')
    .description('show, add and end silences of the running tracebell')
    .addHelpText(
      'after',
      `${DAEMON_HELP}

Examples:
  tracebell silences
  tracebell silences add service=checkout severity=page --duration 2h --comment 'database upgrade'
  tracebell silences expire 8a8ae205-ea95-477a-b431-a724d750089c`,
    )
  addListSilences(silences)
  addAddSilence(silences)
  addExpireSilences(silences)
  addImportSilences(silences)
}

function addListSilences(silences: Command): void {
  askingDaemon(
    silences
      .command('list', { isDefault: true })
      .description('show silences (the default)')
      .argument('[matchers...]', 'only those with matchers that match')
      .option('--expired', 'those too that have ended', false)
      .option('--json', "print them as Alertmanager's HTTP API has them, for import", false),
  )
    .addHelpText('after', '\nExample:\n  tracebell silences list service=checkout --expired')
    .action(async (matchers: readonly string[], options: ListSilencesOptions) => {
      const { listSilences } = await import('./silences.js')
      await listSilences(matchers, options)
    })
}

function addAddSilence(silences: Command): void {
  askingDaemon(
    silences
      .command('add')
      .description('silence what all of the matchers match; prints the id of the silence')
      .argument('<matchers...>', "such as severity=page 'service=~\"shop.*\"'; a word is an alert's name")
      .option('--comment <text>', 'why; needed')
      .option('--duration <duration>', 'for so long, such as 2h or 1d12h')
      .option('--end <time>', 'until this time: RFC 3339 or Unix seconds')
      .option('--start <time>', 'from this time on (now)')
      .option('--author <name>', 'who says so (the user of this process)')
      .option('--json', 'print the id as JSON', false),
  )
    .addHelpText(
      'after',
      "\nExample:\n  tracebell silences add service=checkout --duration 2h --comment 'database upgrade'",
    )
    .action(async (matchers: readonly string[], options: AddSilenceOptions) => {
      const { addSilence } = await import('./silences.js')
      await addSilence(matchers, options)
    })
}

function addExpireSilences(silences: Command): void {
  askingDaemon(
    silences.command('expire').description('end silences now').argument('<ids...>', 'ids of silences'),
  )
    .addHelpText('after', '\nExample:\n  tracebell silences expire 8a8ae205-ea95-477a-b431-a724d750089c')
    .action(async (ids: readonly string[], options: DaemonOptions) => {
      const { expireSilences } = await import('./silences.js')
      await expireSilences(ids, options)
    })
}

function addImportSilences(silences: Command): void {
  askingDaemon(
    silences
      .command('import')
      .description('create silences that list --json or amtool has written, as new ones; prints their ids')
      .argument('<file>', 'a file of JSON, or - for standard input'),
  )
    .addHelpText(
      'after',
      '\nExample:\n  tracebell silences list --json > s.json && tracebell silences import s.json',
    )
    .action(async (file: string, options: DaemonOptions) => {
      const { importSilences } = await import('./silences.js')
      await importSilences(file, options)
    })
}

function addNotifications(program: Command): void {
  const notifications = program
    .command('notifications')
    .description('show what the running tracebell has to send, and send again what it has given up')
    .addHelpText(
      'after',
      `${DAEMON_HELP}\n\nExamples:\n  tracebell notifications --state dead\n  tracebell notifications retry --all`,
    )
  addListNotifications(notifications)
  addRetryNotifications(notifications)
}

function addListNotifications(notifications: Command): void {
  askingDaemon(
    notifications
      .command('list', { isDefault: true })
      .description('show notifications (the default)')
      .option('--state <state>', 'only those that are waiting, delivered or dead')
      .option('--target <target>', "only those to this target, such as 'oncall/slack[0]'")
      .option('--limit <n>', 'the most to show (100)')
      .option('--json', 'print them as JSON', false),
  )
    .addHelpText('after', '\nExample:\n  tracebell notifications list --state dead')
    .action(async (options: ListNotificationsOptions) => {
      const { listNotifications } = await import('./notifications.js')
      await listNotifications(options)
    })
}

function addRetryNotifications(notifications: Command): void {
  askingDaemon(
    notifications
      .command('retry')
      .description('put notifications in again that were given up; ends with 1 where one is not put in')
      .argument('[ids...]', 'ids of dead notifications')
      .option('--all', 'all that are dead', false)
      .option(
        '--force',
        'those too after which the same target was told something newer of the same group',
        false,
      )
      .option('--json', 'print how many as JSON', false),
  )
    .addHelpText('after', '\nExample:\n  tracebell notifications retry 17 18')
    .action(async (ids: readonly string[], options: RetryOptions) => {
      const { retryNotifications } = await import('./notifications.js')
      await retryNotifications(ids, options)
    })
}

function addRoute(program: Command): void {
  askingDaemon(
    program
      .command('route')
      .description(
        'show who would be told of an alert, by the routes of tracebell.yaml, or by a running tracebell',
      )
      .requiredOption(
        '--labels <labels...>',
        'the labels of the alert, such as severity=page \'service="my shop"\'',
      )
      .option('--at <time>', 'the moment, for time intervals and maintenance windows (now)')
      .option('--live', 'ask the running tracebell, which knows silences, groups and other alerts', false)
      .option('--expect <receivers>', 'end with 1 unless these are told: names with commas between them')
      .option('--json', 'print the decision as JSON', false),
  )
    .addHelpText(
      'after',
      '\nExample:\n  tracebell route --labels severity=page service=checkout --expect oncall',
    )
    .action(async (options: RouteOptions) => {
      const { route } = await import('./route.js')
      await route(options)
    })
}

function addSendTest(program: Command): void {
  withSettings(
    program
      .command('send-test')
      .description('send a message that says it is a test to a receiver of tracebell.yaml, or show it')
      .argument('<receiver>', 'the name of the receiver')
      .option('--preview', 'show what would be sent, and send nothing', false)
      .option('--resolved', 'tell of an alert that has ended', false)
      .option('--json', 'print what came of it as JSON', false),
  )
    .addHelpText(
      'after',
      '\nEnds with 1 where a message was not delivered.\n\nExample:\n  tracebell send-test oncall --preview',
    )
    .action(async (receiver: string, options: SendTestCommandOptions) => {
      const { sendTest } = await import('./send-test.js')
      await sendTest(receiver, options)
    })
}
