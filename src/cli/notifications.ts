import { OWN_API_PREFIX } from '../api/tracebell/handler.js'
import type { Timestamp } from '../model/time.js'
import { createSystemClock } from '../system-clock.js'
import {
  decodeNotifications,
  decodeRetry,
  type AnsweredNotifications,
  type AnsweredOvertaken,
} from './daemon/decode.js'
import { endWell, say, write } from './daemon/end-well.js'
import { formatSince } from './daemon/format-since.js'
import { openDaemon, type DaemonOptions } from './daemon/open-daemon.js'
import { EXIT } from './exit-codes.js'
import { InputError } from './query/input-error.js'
import { printableJson } from './query/printable.js'
import { formatTable } from './query/table.js'

const PATH = `${OWN_API_PREFIX}notifications`

export interface ListNotificationsOptions extends DaemonOptions {
  readonly state?: string
  readonly target?: string
  readonly limit?: string
  readonly json: boolean
}

/** `tracebell notifications list`: shows what the running tracebell has sent, is still to send, or has given up. */
export function listNotifications(options: ListNotificationsOptions): Promise<void> {
  return endWell(async () => {
    const { state, target, limit } = options
    const params = new URLSearchParams()
    for (const [name, value] of Object.entries({ state, target, limit })) {
      if (value !== undefined) params.set(name, value)
    }
    const body = await openDaemon(options).ask({ path: PATH, params })
    const found = decodeNotifications(body)
    write(
      options.json
        ? `${printableJson(body)}\n`
        : formatNotifications(found, createSystemClock({ keepAlive: false }).now()),
    )
    return EXIT.fine
  })
}

const COLUMNS = [
  { title: 'ID', align: 'right' },
  { title: 'STATE' },
  { title: 'AGE', align: 'right' },
  { title: 'TRIED', align: 'right' },
  { title: 'TELLS' },
  { title: 'TARGET', maxWidth: 40 },
  { title: 'GROUP', maxWidth: 60 },
  { title: 'LAST ERROR', maxWidth: 100 },
] as const

/** Notifications for people, and how many there are in all. */
export function formatNotifications(answer: AnsweredNotifications, now: Timestamp): string {
  const { notifications, waiting, delivered, dead } = answer
  const totals = `${waiting} waiting, ${dead} dead, ${delivered} delivered in the last 24h\n`
  if (notifications.length === 0) return `no notifications; ${totals}`
  const rows = notifications.map((each) => [
    String(each.id),
    each.state === 'waiting' ? `waiting, next ${nextOf(each.nextAttemptAt, now)}` : each.state,
    formatSince(each.createdAt, now),
    String(each.attempts),
    each.status ?? '',
    each.target,
    each.groupKey,
    each.lastError ?? '',
  ])
  return `${formatTable(COLUMNS, rows)}${totals}`
}

function nextOf(text: string | undefined, now: Timestamp): string {
  return text === undefined || Date.parse(text) <= now ? 'now' : formatSince(text, now)
}

export interface RetryOptions extends DaemonOptions {
  readonly all: boolean
  /** Those too that others have overtaken. */
  readonly force: boolean
  readonly json: boolean
}

/** `tracebell notifications retry`: puts notifications in again that were given up. Ends with 1 where one that was named is not put in. */
export function retryNotifications(texts: readonly string[], options: RetryOptions): Promise<void> {
  return endWell(async () => {
    if (options.all === texts.length > 0) throw new InputError('expected ids of dead notifications, or --all')
    const wanted = { ...(options.all ? { all: true } : { ids: texts.map(readId) }), force: options.force }
    const answer = await openDaemon(options).ask({ path: `${PATH}/retry`, method: 'POST', body: wanted })
    const { requeued, overtaken } = decodeRetry(answer)
    write(options.json ? `${printableJson(answer)}\n` : `${requeued} put in again\n`)
    if (!options.json) for (const each of overtaken) say(describeOvertaken(each))
    const missing = new Set(texts.map(Number)).size - requeued - overtaken.length
    if (!options.all && missing > 0) say(`${missing} of ${texts.length} are not dead, or not there`)
    return options.all || (missing === 0 && overtaken.length === 0) ? EXIT.fine : EXIT.findings
  })
}

/** `17 is overtaken by 21 (resolved, delivered), which tells the same target of the same group; --force sends it none the less` */
function describeOvertaken({ id, by }: AnsweredOvertaken): string {
  const facts = [...(by.status === undefined ? [] : [by.status]), by.state].join(', ')
  const instead = by.state === 'dead' ? `; retry both to send them in their order` : ''
  return `${id} is overtaken by ${by.id} (${facts}), which tells the same target of the same group${instead}; --force sends it none the less`
}

function readId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InputError(
    `id: found ${JSON.stringify(text)}, expected a number, as tracebell notifications shows it`,
  )
}
