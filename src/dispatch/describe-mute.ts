import { formatMatcher } from '../model/format-matchers.js'
import type { MuteReason } from '../model/muter.js'
import type { Timestamp } from '../model/time.js'

/** Why nobody is told, in words: `muted by silence 3f…, until 2026-11-24T10:04:00Z, by ann: database upgrade`. */
export function describeMute(reason: MuteReason): string {
  switch (reason.kind) {
    case 'silence':
      return `muted by silence ${reason.id}, until ${toText(reason.endsAt)}, by ${reason.createdBy}: ${reason.comment}`
    case 'inhibition':
      return `muted by inhibit_rules[${reason.rule}], while ${describeLabels(reason.source)} fires`
    case 'maintenance':
      return `muted by maintenance window ${reason.name}${reason.endsAt === undefined ? '' : `, until ${toText(reason.endsAt)}`}${reason.comment === '' ? '' : `: ${reason.comment}`}`
    case 'mute-time':
      return `muted, as mute_time_intervals holds ${reason.name}, which is now`
    case 'outside-active-time':
      return `muted, as active_time_intervals holds only ${reason.names.join(', ')}, of which none is now`
  }
}

function describeLabels(labels: ReadonlyMap<string, string>): string {
  return `{${[...labels].map(([name, value]) => formatMatcher({ name, operator: '=', value })).join(', ')}}`
}

function toText(at: Timestamp): string {
  // A date beyond what can be written is for ever.
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString().replace('.000Z', 'Z') : 'ever'
}
