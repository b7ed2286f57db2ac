import { formatDurationMs } from '../../model/duration.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../../model/time.js'

/** How long ago a moment in RFC 3339 was, or how long until it comes, roughly: `5m`, `in 2h`; the text itself where it is none. */
export function formatSince(text: string, now: Timestamp): string {
  const at = Date.parse(text)
  if (Number.isNaN(at)) return text
  const roughly = formatRoughly(Math.abs(now - at))
  return at > now ? `in ${roughly}` : roughly
}

/** Seconds below two minutes, minutes below two days, else hours. */
function formatRoughly(ms: number): string {
  const unit = ms < 2 * MINUTE_MS ? SECOND_MS : ms < 48 * 60 * MINUTE_MS ? MINUTE_MS : 60 * MINUTE_MS
  return formatDurationMs(Math.floor(ms / unit) * unit)
}
