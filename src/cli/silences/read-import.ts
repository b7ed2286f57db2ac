import { z } from 'zod'
import type { Timestamp } from '../../model/time.js'
import { describeFound } from '../../config/yaml/file-fault.js'
import { formatPath } from '../../config/yaml/key-path.js'
import { valueAt } from '../../config/yaml/value-at.js'
import { InputError } from '../query/input-error.js'

/** What is read of a file of silences. */
export interface ImportedSilences {
  /** As they are posted, each a new one. */
  readonly silences: readonly object[]
  /** How many were left out as they have ended. */
  readonly expired: number
}

const MOST_SILENCES = 10_000

const timeText = z.string({ error: 'a time such as 2026-11-24T08:00:00Z' })
const anyText = z.string({ error: 'a text' })

/** As far as is needed to send them on: who answers checks the rest. */
const silence = z.object(
  {
    matchers: z.array(z.unknown(), { error: 'a list of matchers' }),
    startsAt: timeText,
    endsAt: timeText,
    createdBy: anyText,
    comment: anyText,
  },
  { error: 'a silence: a mapping with matchers, startsAt, endsAt, createdBy and comment' },
)
const LIST = `a list of at most ${MOST_SILENCES} silences, as tracebell silences list --json writes them`
const silences = z.array(silence, { error: LIST }).max(MOST_SILENCES, { error: LIST })

/**
 * Reads silences as `tracebell silences list --json` and `amtool silence query -o json` write them. Throws an `InputError`
 * that names the file.
 */
export function readImport(file: string, text: string, now: Timestamp): ImportedSilences {
  const value = readJson(file, text)
  const decoded = silences.safeParse(value)
  if (!decoded.success) {
    const [issue] = decoded.error.issues
    const path = (issue?.path ?? []).filter((step) => typeof step !== 'symbol')
    const place = path.length === 0 ? '' : ` ${formatPath(path)}:`
    throw new InputError(
      `${file}:${place} found ${describeFound(valueAt(value, path))}, expected ${issue?.message ?? ''}`,
    )
  }
  const lasting = decoded.data.filter(({ endsAt }) => !(Date.parse(endsAt) <= now))
  return { silences: lasting, expired: decoded.data.length - lasting.length }
}

function readJson(file: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (error) {
    throw new InputError(`${file} is no JSON: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}
