import { describe, expect, it } from 'vitest'
import { judge } from '../../campaign/judge.js'
import type { Committed, Told } from '../../campaign/records.js'

const STARTS = Date.parse('2026-01-01T00:00:00.000Z')
const FIRING = { alert: 'a1', startsAt: STARTS, status: 'firing' }
const COMMITTED: Committed = { transitions: [FIRING], messages: [{ target: 'people/webhook[0]', key: 'k1' }] }

function tellAlert(path: string, key: string, processed = true, status = 'firing'): Told {
  const alert = { fingerprint: 'a1', startsAt: new Date(STARTS).toISOString(), status }
  return { path, key, processed, body: JSON.stringify({ alerts: [alert] }) }
}

function tellAnomaly(key: string, processed = true): Told {
  const body = JSON.stringify({ anomaly_type: 'high_latency', trace_id: 't1' })
  return { path: '/machines', key, processed, body }
}

const SENT = { run: 0, traceId: 't1', type: 'high_latency' }
const TOLD = [tellAlert('/people', 'k1'), tellAlert('/team', 'k2'), tellAnomaly('k3')]
const look = (told: readonly Told[]) => judge({ sent: [SENT], committed: [COMMITTED], told })

describe('the verdict of the campaign', () => {
  it('is clean where every receiver took everything once', () => {
    expect(look(TOLD)).toEqual({
      transitions: 3,
      delivered: 3,
      lost: [],
      repeats: 0,
      repeatsWithoutKey: [],
      messages: 1,
      open: 1,
    })
  })

  it('misses what a receiver only refused', () => {
    const told = [tellAlert('/people', 'k1', false), ...TOLD.slice(1)]
    expect(look(told).lost).toEqual([`/people a1 ${STARTS} firing`, '/people k1'])
    expect(look([...TOLD.slice(0, 2), tellAnomaly('k3', false)]).lost).toEqual(['/machines high_latency t1'])
  })

  it('misses a committed message that came under another key only', () => {
    expect(look([tellAlert('/people', 'other'), ...TOLD.slice(1)]).lost).toEqual(['/people k1'])
  })

  it('lets the same come again under its key, and under no other', () => {
    expect(look([...TOLD, tellAnomaly('k3'), tellAlert('/team', 'k2')])).toMatchObject({
      repeats: 2,
      repeatsWithoutKey: [],
    })
    expect(look([...TOLD, tellAnomaly('k4')]).repeatsWithoutKey).toEqual([
      '/machines high_latency t1 under k4',
    ])
    expect(look([...TOLD, tellAlert('/team', 'k5', false)]).repeatsWithoutKey).toHaveLength(1)
  })

  it('counts alerts that have not ended', () => {
    const resolved = { ...FIRING, status: 'resolved' }
    expect(
      judge({ sent: [], committed: [COMMITTED, { transitions: [resolved], messages: [] }], told: [] }).open,
    ).toBe(0)
  })

  it('throws at a body that nobody is promised', () => {
    expect(() => look([{ ...tellAnomaly('k'), body: '{"anomaly_type":"x"}' }])).toThrow(
      'expected trace_id as text',
    )
  })
})
