import { randomUUID } from 'node:crypto'
import { ConfigError } from '../config/config-error.js'
import { readEnvironment } from '../config/read-environment.js'
import { readSettings, type AllSettings } from '../config/settings/read-settings.js'
import { findUnreadFiles } from '../config/settings/find-unread-files.js'
import { toConfigFault } from '../config/to-config-fault.js'
import { createSystemClock } from '../system-clock.js'
import {
  listReceivers,
  openReceiver,
  previewReceiver,
  tryReceiver,
  type MessagePreview,
  type Receivers,
  type TestOutcome,
} from '../try-receiver.js'
import { endWell, write } from './daemon/end-well.js'
import { EXIT } from './exit-codes.js'
import { InputError } from './query/input-error.js'
import { printable, printableJson } from './query/printable.js'
import { findSettingsFile } from './find-settings-file.js'

export interface SendTestCommandOptions {
  readonly preview: boolean
  readonly resolved: boolean
  readonly config?: string
  readonly json: boolean
  readonly variables: string
}

/**
 * `tracebell send-test`: sends a message that says it is a test to a receiver of the settings, or shows what would be sent.
 * It needs no running tracebell. Ends with 1 where a message was not delivered.
 */
export function sendTest(name: string, options: SendTestCommandOptions): Promise<void> {
  return endWell(async () => {
    const environment = readEnvironment(process.env, options.variables)
    const settings = readSettings({ environment, file: findSettingsFile(options.config) })
    const clock = createSystemClock({ keepAlive: true })
    const opening = {
      alerting: settings.config.alerting,
      settings: settings.delivery,
      links: settings.links,
      environment,
      clock,
    }
    const unread = findUnreadFiles(settings.delivery)
    if (unread.length > 0) throw new ConfigError(unread.map(toConfigFault))
    const receivers = openReceiver(name, opening)
    if (receivers === undefined) throw unknownReceiver(name, listReceivers(opening))
    if (receivers.integrations.length === 0)
      throw new InputError(`${name} has no integrations: it tells nobody`)
    const sample = { status: options.resolved ? 'resolved' : 'firing', id: randomUUID(), clock } as const
    try {
      if (options.preview) return showPreviews(previewReceiver(receivers, name, settings, sample), options)
      return await send(receivers, name, { settings, sample, options })
    } finally {
      await receivers.close()
    }
  })
}

interface Sending {
  readonly settings: AllSettings
  readonly sample: Omit<Parameters<typeof tryReceiver>[3], 'signal'>
  readonly options: SendTestCommandOptions
}

async function send(
  receivers: Receivers,
  name: string,
  { settings, sample, options }: Sending,
): Promise<number> {
  // Ctrl-C ends the process itself; each attempt has an end of its own.
  const { signal } = new AbortController()
  const outcomes = await tryReceiver(receivers, name, settings, { ...sample, signal })
  write(options.json ? `${printableJson(outcomes.map(encodeOutcome))}\n` : formatOutcomes(outcomes))
  return outcomes.every(({ delivered }) => delivered) ? EXIT.fine : EXIT.findings
}

function encodeOutcome(outcome: TestOutcome): object {
  const { target, tookMs, delivered } = outcome
  if (outcome.delivered) return { target, delivered, tookMs }
  const { reason, retryable, message } = outcome.error
  return { target, delivered, tookMs, reason, retryable, error: message }
}

function formatOutcomes(outcomes: readonly TestOutcome[]): string {
  if (outcomes.length === 0) return 'nothing was sent: the receiver is not told of ends\n'
  return outcomes
    .map((outcome) =>
      outcome.delivered
        ? `${outcome.target}: delivered in ${outcome.tookMs} ms`
        : `${outcome.target}: not delivered (${outcome.error.reason}): ${outcome.error.message}`,
    )
    .map((line) => `${printable(line)}\n`)
    .join('')
}

function showPreviews(previews: readonly MessagePreview[], { json }: SendTestCommandOptions): number {
  if (json) write(`${printableJson(previews)}\n`)
  else if (previews.length === 0) write('nothing would be sent: the receiver is not told of ends\n')
  else write(previews.map(formatPreview).join('\n'))
  return EXIT.fine
}

function formatPreview({ target, kind, contentType, bytes, leftOut, text }: MessagePreview): string {
  const cut = leftOut === 0 ? '' : `, ${leftOut} left out`
  // A mail is kept as JSON, and becomes one when it is sent.
  const form = kind === 'email' ? 'a mail, shown as JSON' : contentType
  const lines = [`${target}: ${form}, ${bytes} bytes${cut}`, ...text.split(/\r?\n/)]
  return lines.map((line) => `${printable(line)}\n`).join('')
}

function unknownReceiver(name: string, all: readonly { readonly name: string }[]): InputError {
  const names = all.map((each) => each.name)
  const known = names.length === 0 ? 'there are none in the settings' : `there are ${names.join(', ')}`
  return new InputError(`receiver ${JSON.stringify(name)}: not found; ${known}`)
}
