import { describe, expect, it } from 'vitest'
import type { MuteReason } from '../model/muter.js'
import { describeMute } from './describe-mute.js'

const ENDS_AT = Date.UTC(2026, 10, 24, 10, 4)

describe('why nobody is told, in words', () => {
  it.each<[MuteReason, string]>([
    [
      { kind: 'silence', id: '3f', endsAt: ENDS_AT, createdBy: 'ann', comment: 'new disks' },
      'muted by silence 3f, until 2026-11-24T10:04:00Z, by ann: new disks',
    ],
    [
      { kind: 'silence', id: '3f', endsAt: Number.MAX_SAFE_INTEGER, createdBy: 'ann', comment: '' },
      'muted by silence 3f, until ever, by ann: ',
    ],
    [
      {
        kind: 'inhibition',
        source: new Map([
          ['alertname', 'Down'],
          ['a.b', '"'],
        ]),
        rule: 2,
      },
      'muted by inhibit_rules[2], while {alertname="Down", a.b="\\""} fires',
    ],
    [
      { kind: 'maintenance', name: 'disks', endsAt: ENDS_AT, comment: 'new ones' },
      'muted by maintenance window disks, until 2026-11-24T10:04:00Z: new ones',
    ],
    [
      { kind: 'maintenance', name: 'disks', endsAt: undefined, comment: '' },
      'muted by maintenance window disks',
    ],
    [{ kind: 'mute-time', name: 'nights' }, 'muted, as mute_time_intervals holds nights, which is now'],
    [
      { kind: 'outside-active-time', names: ['days', 'weekends'] },
      'muted, as active_time_intervals holds only days, weekends, of which none is now',
    ],
  ])('%j', (reason, text) => {
    expect(describeMute(reason)).toBe(text)
  })
})
