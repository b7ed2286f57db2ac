import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHarness, labelsOf } from '../../test/dispatch-harness.js'
import type { Alert } from '../model/alert.js'
import { summarizeAlerts } from './summarize-alerts.js'

const GROUP = {
  receiver: 'on.call',
  labels: labelsOf('alertname=Slow'),
  externalUrl: 'http://127.0.0.1:9320/',
}

function alertOf(labels: ReadonlyMap<string, string>, status: Alert['status'] = 'firing'): Alert {
  const about = { annotations: new Map(), generatorUrl: '', value: 1, exemplars: [] }
  return { labels, startsAt: 0, endsAt: 1, status, ...about }
}

function many(count: number, toLabels: (index: number) => string, status?: Alert['status']): Alert[] {
  return Array.from({ length: count }, (_, index) => alertOf(labelsOf(toLabels(index)), status))
}

describe('what a large group is made of', () => {
  it('is not said of one that every receiver can show', () => {
    expect(
      summarizeAlerts(
        many(10, (index) => `n=a${index}`),
        GROUP,
      ),
    ).toBeUndefined()
    expect(
      summarizeAlerts(
        many(11, (index) => `n=a${index}`),
        GROUP,
      ),
    ).toBe(
      '11 firing, 0 resolved; those that fire: http://127.0.0.1:9320/api/v2/alerts?receiver=on%5C.call&filter=alertname%3D%22Slow%22',
    )
  })

  it('is counted by severity and by service, the most frequent first', () => {
    const alerts = [
      ...many(20, (index) => `severity=page,service=shop,n=a${index}`),
      ...many(30, (index) => `severity=warn,resource.service.name=s${index % 5},n=b${index}`),
      ...many(2, (index) => `n=c${index}`, 'resolved'),
    ]
    expect(summarizeAlerts(alerts, GROUP)).toContain(
      '50 firing, 2 resolved (severity warn 30, page 20; service shop 20, s0 6, s1 6, and 3 more);',
    )
  })

  it('is of bounded length, and never fails', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('x'.repeat(9000)), fc.constant('\ud800'))
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 9 }), text, (labels, receiver) => {
        const set = new Map([...labels, ['severity', receiver], ['service', receiver]])
        const alerts = Array.from({ length: 12 }, () => alertOf(set))
        const told = summarizeAlerts(alerts, { receiver: 'team', labels: set, externalUrl: '' }) ?? ''
        expect(told.length).toBeLessThan(700)
      }),
    )
  })

  it('goes with the message, beside what was folded', async () => {
    const harness = createHarness({ route: { receiver: 'team', group_by: ['g'], group_wait: '1s' } })
    await harness.start()
    harness.fire(...Array.from({ length: 12 }, (_, index) => `g=x,severity=page,n=a${index}`))
    await harness.clock.advance(1000)
    const [note] = harness.flushes.flatMap(({ notification }) => notification?.foldedNote ?? [])
    expect(note).toContain('12 firing, 0 resolved (severity page 12);')
    expect(note).toContain('/api/v2/alerts?receiver=team&filter=g%3D%22x%22')
    await harness.dispatcher.stop()
  })
})
