import type { Silence } from '../../model/silence.js'
import type { DaemonClient } from '../daemon/daemon-client.js'
import { DaemonError } from '../daemon/daemon-error.js'
import { decodeSilences, type AnsweredSilence } from '../daemon/decode.js'

/** The silences of a running tracebell; undefined where none answers, which is no fault. */
export async function askSilences(daemon: DaemonClient): Promise<readonly Silence[] | undefined> {
  try {
    return decodeSilences(await daemon.ask({ path: '/api/v2/silences' })).map(toSilence)
  } catch (error) {
    if (error instanceof DaemonError) return undefined
    throw error
  }
}

function toSilence({ matchers, startsAt, endsAt, ...silence }: AnsweredSilence): Silence {
  return {
    ...silence,
    matchers: matchers.map(({ name, value, isRegex, isEqual }) => ({
      name,
      value,
      operator: isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=',
    })),
    startsAt: Date.parse(startsAt),
    endsAt: Date.parse(endsAt),
    updatedAt: Date.parse(startsAt),
  }
}
