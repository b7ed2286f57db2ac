import { z } from 'zod'
import type { Timestamp } from '../../model/time.js'
import { InputError } from '../query/input-error.js'

/** What is read of a file of silences. */
export interface ImportedSilences {
  /** As they are posted, each a new one. */
  readonly silences: readonly object[]
  /** How many were left out as they have ended. */
  readonly expired: number
}

const MOST_SILENCES = 10_000

/** As far as is needed to send them on: who answers checks the rest. */
const silence = z.object({
  matchers: z.array(z.unknown()),
  startsAt: z.string(),
  endsAt: z.string(),
  createdBy: z.string(),
  comment: z.string(),
})
const silences = z.array(silence).max(MOST_SILENCES)

/** Reads silences as `tracebell silences list --json` and `amtool silence query -o json` write them. Throws an `InputError`. */
export function readImport(text: string, now: Timestamp): ImportedSilences {
  const decoded = silences.safeParse(readJson(text))
  if (!decoded.success) {
    const [issue] = decoded.error.issues
    throw new InputError(
      `the file: expected a list of at most ${MOST_SILENCES} silences, as list --json writes them: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    )
  }
  const lasting = decoded.data.filter(({ endsAt }) => !(Date.parse(endsAt) <= now))
  return { silences: lasting, expired: decoded.data.length - lasting.length }
}

function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (error) {
    throw new InputError(`the file is no JSON: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}
