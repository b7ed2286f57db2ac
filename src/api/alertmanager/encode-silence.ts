import type { Matcher } from '../../model/matcher.js'
import { silenceStateAt, type Silence } from '../../model/silence.js'
import type { Timestamp } from '../../model/time.js'
import { encodeTime } from './encode-alert.js'

/** A silence in Alertmanager's shape, as it stands at a moment. */
export function encodeSilence(silence: Silence, at: Timestamp): object {
  return {
    id: silence.id,
    status: { state: silenceStateAt(silence, at) },
    updatedAt: encodeTime(silence.updatedAt),
    comment: silence.comment,
    createdBy: silence.createdBy,
    endsAt: encodeTime(silence.endsAt),
    matchers: silence.matchers.map(encodeMatcher),
    startsAt: encodeTime(silence.startsAt),
  }
}

/** A matcher in Alertmanager's shape. */
export function encodeMatcher({ name, operator, value }: Matcher): object {
  return {
    isEqual: operator === '=' || operator === '=~',
    isRegex: operator === '=~' || operator === '!~',
    name,
    value,
  }
}
