import type { Matcher } from '../../model/matcher.js'
import { silenceStateAt, type Silence, type SilenceState } from '../../model/silence.js'
import type { Timestamp } from '../../model/time.js'
import { parseFilters } from './alert-filter.js'
import { FORM_CODES, noSilence, wrongForm } from './alertmanager-error.js'
import { encodeSilence } from './encode-silence.js'
import type { AlertmanagerApiOptions } from './options.js'
import { parseSilence } from './parse-silence.js'

/**
 * The answer to `/api/v2/silences`: those that have every matcher of `filter`, just as it is written; the active ones first,
 * then those to come, then the expired ones.
 */
export function answerSilences(options: AlertmanagerApiOptions, params: URLSearchParams): readonly object[] {
  const wanted = parseFilters(params, options)
  const at = options.clock.now()
  return options.silences
    .list()
    .filter(({ matchers }) => wanted.every((each) => matchers.some((own) => isSame(own, each))))
    .toSorted((a, b) => compareSilences(a, b, at))
    .map((silence) => encodeSilence(silence, at))
}

function isSame(a: Matcher, b: Matcher): boolean {
  return a.name === b.name && a.operator === b.operator && a.value === b.value
}

const STATE_ORDER: Readonly<Record<SilenceState, number>> = { active: 0, pending: 1, expired: 2 }

/** Of the active ones that which ends first; of those to come that which begins first; of the others that which ended last. */
function compareSilences(a: Silence, b: Silence, at: Timestamp): number {
  const state = silenceStateAt(a, at)
  const byState = STATE_ORDER[state] - STATE_ORDER[silenceStateAt(b, at)]
  if (byState !== 0) return byState
  if (state === 'pending') return a.startsAt - b.startsAt
  return state === 'active' ? a.endsAt - b.endsAt : b.endsAt - a.endsAt
}

/** The answer to a silence that is posted: its id, which is another where it took the place of the one that was named. */
export async function saveSilence(
  options: AlertmanagerApiOptions,
  text: string,
): Promise<{ readonly silenceID: string }> {
  const wanted = parseSilence(text, options)
  if (wanted.id !== undefined && options.silences.get(wanted.id) === undefined) throw noSilence()
  const { id } = await options.silences.set(wanted)
  return { silenceID: id }
}

/** The silence of an id. */
export function answerSilence({ silences, clock }: AlertmanagerApiOptions, id: string): object {
  const silence = silences.get(checkId(id))
  if (silence === undefined) throw noSilence()
  return encodeSilence(silence, clock.now())
}

/** Ends the silence of an id; nothing happens to one that has ended. */
export async function expireSilence({ silences, clock }: AlertmanagerApiOptions, id: string): Promise<void> {
  const silence = silences.get(checkId(id))
  if (silence === undefined) throw noSilence()
  if (silenceStateAt(silence, clock.now()) !== 'expired') await silences.expire(id)
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function checkId(id: string): string {
  if (UUID.test(id)) return id
  throw wrongForm(FORM_CODES.type, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`)
}
