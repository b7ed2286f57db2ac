import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { encodeMatcher } from '../api/alertmanager/encode-silence.js'
import { describeFileError } from '../model/describe-file-error.js'
import type { Timestamp } from '../model/time.js'
import { createSystemClock } from '../system-clock.js'
import type { DaemonClient } from './daemon/daemon-client.js'
import { decodeSilenceId, decodeSilences } from './daemon/decode.js'
import { endWell, say, write } from './daemon/end-well.js'
import { openDaemon, type DaemonOptions } from './daemon/open-daemon.js'
import { readMatchers, toFilters } from './daemon/read-matchers.js'
import { EXIT } from './exit-codes.js'
import { InputError } from './query/input-error.js'
import { printableJson } from './query/printable.js'
import { readTogether } from './query/read-together.js'
import { formatSilences } from './silences/format-silences.js'
import { readImport } from './silences/read-import.js'
import { readPeriod, type PeriodTexts } from './silences/read-period.js'

const PATH = '/api/v2/silences'

export interface ListSilencesOptions extends DaemonOptions {
  readonly expired: boolean
  readonly json: boolean
}

/** `tracebell silences list`: shows the silences of the running tracebell whose matchers are chosen. */
export function listSilences(texts: readonly string[], options: ListSilencesOptions): Promise<void> {
  return endWell(async () => {
    const body = await openDaemon(options).ask({ path: PATH, params: toFilters(readMatchers(texts)) })
    const found = decodeSilences(body)
    const isWanted = (index: number): boolean => options.expired || found[index]?.status.state !== 'expired'
    // As they were answered, so that what is exported can be imported.
    const chosen = Array.isArray(body) ? body.filter((_, index) => isWanted(index)) : []
    const shown = found.filter((_, index) => isWanted(index))
    write(options.json ? `${printableJson(chosen)}\n` : formatSilences(shown, now()))
    return EXIT.fine
  })
}

export interface AddSilenceOptions extends DaemonOptions, PeriodTexts {
  readonly comment?: string
  readonly author?: string
  readonly json: boolean
}

/** `tracebell silences add`: silences what the matchers match, and prints the id of the silence. */
export function addSilence(texts: readonly string[], options: AddSilenceOptions): Promise<void> {
  return endWell(async () => {
    const { period, matchers, comment } = readTogether({
      matchers: () => readMatchers(texts),
      period: () => readPeriod(options, now()),
      comment: () => readComment(options.comment),
    })
    const { startsAt, endsAt } = period
    const wanted = {
      matchers: matchers.map(encodeMatcher),
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
      createdBy: options.author ?? whoAmI(),
      comment,
    }
    const id = await post(openDaemon(options), wanted)
    write(options.json ? `${printableJson({ silenceID: id })}\n` : `${id}\n`)
    return EXIT.fine
  })
}

function readComment(text: string | undefined): string {
  if (text !== undefined) return text
  throw new InputError("--comment: expected why, such as --comment 'database upgrade'")
}

async function post(daemon: DaemonClient, wanted: object): Promise<string> {
  return decodeSilenceId(await daemon.ask({ path: PATH, method: 'POST', body: wanted })).silenceID
}

function whoAmI(): string {
  try {
    return userInfo().username
  } catch {
    // A container may have no name for its user.
    return 'tracebell'
  }
}

/** `tracebell silences expire`: ends silences now. */
export function expireSilences(ids: readonly string[], options: DaemonOptions): Promise<void> {
  return endWell(async () => {
    const daemon = openDaemon(options)
    for (const id of ids) {
      await daemon.ask({ path: `/api/v2/silence/${encodeURIComponent(id)}`, method: 'DELETE' })
      write(`${id}\n`)
    }
    return EXIT.fine
  })
}

/** `tracebell silences import`: creates silences that were exported by `list --json`, as new ones, and prints their ids. */
export function importSilences(path: string, options: DaemonOptions): Promise<void> {
  return endWell(async () => {
    const wanted = readImport(path, readFile(path), now())
    const daemon = openDaemon(options)
    for (const silence of wanted.silences) write(`${await post(daemon, silence)}\n`)
    if (wanted.expired > 0) say(`${wanted.expired} that have ended were left out`)
    return EXIT.fine
  })
}

const STANDARD_INPUT = 0

function readFile(path: string): string {
  try {
    return readFileSync(path === '-' ? STANDARD_INPUT : path, 'utf8')
  } catch (error) {
    throw new InputError(`${path}: ${describeFileError(error)}`)
  }
}

function now(): Timestamp {
  return createSystemClock({ keepAlive: false }).now()
}
