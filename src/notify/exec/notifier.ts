import { DeadlineExceeded, withDeadline } from '../../model/deadline.js'
import { SECOND_MS } from '../../model/time.js'
import { DeliveryError } from '../delivery-error.js'
import type { AlertNotifier, Delivery, NotifierSurroundings } from '../notifier.js'
import { hideSecrets } from '../secret/hide-secrets.js'
import { cleanLine } from '../text/clean-text.js'
import { encodeAlertmanager } from '../webhook/encode-alertmanager.js'
import type { ExecReceiverConfig } from './config.js'
import { type ProgramEnd, runProgram } from './run-program.js'

const DEFAULT_TIMEOUT_MS = 30 * SECOND_MS
/** EX_TEMPFAIL of sysexits.h: try again. */
const EX_TEMPFAIL = 75
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ'] as const
const LONGEST_QUOTE = 200

/**
 * A local program that reads Alertmanager's document on its standard input: 0 means taken, 75 to try again, anything else
 * that it never will be. What spans say reaches it by no other way. Throws where programs are not allowed.
 */
export function createExecNotifier(
  config: ExecReceiverConfig,
  surroundings: NotifierSurroundings,
): AlertNotifier {
  const { clock, links, allowExec } = surroundings
  if (!allowExec) throw new Error('exec_configs need allow_exec: true in the configuration')
  const timeoutMs = config.timeout ?? DEFAULT_TIMEOUT_MS

  return {
    lane: 'alerts',
    sendResolved: config.send_resolved ?? true,
    encode: (notification) => encodeAlertmanager(notification, { links, maxAlerts: 0 }),
    deliver: async ({ body }, delivery) => {
      const { env, secrets } = await readEnvironment(config, surroundings, delivery)
      let timedOut = false
      const end = await withDeadline(clock, timeoutMs, delivery.signal, async (bounded) => {
        const { command, args = [] } = config
        const ended = await runProgram({ command, args, env, stdin: body }, bounded)
        timedOut = bounded.reason instanceof DeadlineExceeded
        return ended
      }).catch((): ProgramEnd => ({ kind: 'not started', error: 'stopped' }))
      if (delivery.signal.aborted) throw new DeliveryError('stopped', { reason: 'stopped', retryable: true })
      if (timedOut)
        throw new DeliveryError(`not done within ${timeoutMs} ms`, { reason: 'timeout', retryable: true })
      judge(end, config.command, secrets)
    },
    close: async () => {},
  }
}

async function readEnvironment(
  { env = {} }: ExecReceiverConfig,
  { secrets: reader }: NotifierSurroundings,
  { idempotencyKey, attempt }: Delivery,
): Promise<{ readonly env: Readonly<Record<string, string>>; readonly secrets: readonly string[] }> {
  const own = await Promise.all(
    Object.entries(env).map(async ([name, secret]) => [name, await secret.read(reader)] as const),
  )
  const inherited = INHERITED.flatMap((name) => {
    const value = reader.environment[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const facts = [
    ['TRACEBELL_IDEMPOTENCY_KEY', idempotencyKey.replaceAll('\0', '')],
    ['TRACEBELL_ATTEMPT', String(attempt)],
  ] as const
  return { env: Object.fromEntries([...inherited, ...facts, ...own]), secrets: own.map(([, value]) => value) }
}

/** Throws unless the program took the message. */
function judge(end: ProgramEnd, command: string, secrets: readonly string[]): void {
  if (end.kind === 'not started') {
    const name = cleanLine(hideSecrets(command, secrets), LONGEST_QUOTE)
    throw new DeliveryError(`the program ${name} cannot be started (${end.error})`, {
      reason: 'client_error',
      retryable: false,
    })
  }
  const said = cleanLine(hideSecrets(lastLine(end.stderr), secrets), LONGEST_QUOTE)
  const words = said === '' ? '' : `: ${said}`
  if (end.kind === 'killed') {
    throw new DeliveryError(`the program was ended by ${end.signal}${words}`, {
      reason: 'server_error',
      retryable: true,
    })
  }
  if (end.code === 0) return
  const retryable = end.code === EX_TEMPFAIL
  throw new DeliveryError(`the program ended with ${end.code}${words}`, {
    reason: retryable ? 'server_error' : 'client_error',
    retryable,
  })
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? ''
}
