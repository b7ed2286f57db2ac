import { describe, expect, it } from 'vitest'
import type { Route } from './model/route.js'
import { MINUTE_MS, SECOND_MS } from './model/time.js'
import { resendToAlertmanagers } from './resend-routes.js'

const route = (receiver: string, ...routes: readonly Route[]): Route => ({
  key: '{}',
  receiver,
  matchers: [],
  continue: false,
  groupBy: [],
  groupWaitMs: 30 * SECOND_MS,
  groupIntervalMs: 5 * MINUTE_MS,
  repeatIntervalMs: 240 * MINUTE_MS,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  routes,
})

const timesOf = ({ receiver, groupWaitMs, groupIntervalMs, repeatIntervalMs, routes }: Route): unknown => [
  receiver,
  groupWaitMs / SECOND_MS,
  groupIntervalMs / SECOND_MS,
  repeatIntervalMs / SECOND_MS,
  ...routes.map(timesOf),
]

describe('resendToAlertmanagers', () => {
  it('tells Alertmanagers as often as they must be told, and people as often as they want', () => {
    const routes = route('people', route('am', route('people')), route('am'))
    expect(timesOf(resendToAlertmanagers(routes, (name) => name === 'am'))).toEqual([
      'people',
      30,
      300,
      14_400,
      ['am', 0, 30, 60, ['people', 30, 300, 14_400]],
      ['am', 0, 30, 60],
    ])
  })

  it('leaves shorter intervals as they are', () => {
    const quick = { ...route('am'), groupIntervalMs: SECOND_MS, repeatIntervalMs: 2 * SECOND_MS }
    expect(timesOf(resendToAlertmanagers(quick, () => true))).toEqual(['am', 0, 1, 2])
  })
})
