import { formatMatcher } from '../../model/format-matchers.js'
import type { MatchOperator } from '../../model/matcher.js'
import type { Timestamp } from '../../model/time.js'
import type { AnsweredSilence } from '../daemon/decode.js'
import { formatSince } from '../daemon/format-since.js'
import { formatTable } from '../query/table.js'

const COLUMNS = [
  { title: 'ID' },
  { title: 'STATE' },
  { title: 'ENDS' },
  { title: 'BY', maxWidth: 20 },
  { title: 'MATCHERS', maxWidth: 100 },
  { title: 'COMMENT', maxWidth: 80 },
] as const

/** Silences for people, in the order in which they were answered. */
export function formatSilences(found: readonly AnsweredSilence[], now: Timestamp): string {
  if (found.length === 0) return 'no silences\n'
  return formatTable(
    COLUMNS,
    found.map(({ id, status, startsAt, endsAt, createdBy, matchers, comment }) => [
      id,
      status.state === 'pending' ? `pending, begins ${formatSince(startsAt, now)}` : status.state,
      status.state === 'expired' ? `${formatSince(endsAt, now)} ago` : formatSince(endsAt, now),
      createdBy,
      matchers.map(formatAnswered).join(' '),
      comment,
    ]),
  )
}

function formatAnswered({ name, value, isRegex, isEqual }: AnsweredSilence['matchers'][number]): string {
  const operator: MatchOperator = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!='
  return formatMatcher({ name, operator, value })
}
