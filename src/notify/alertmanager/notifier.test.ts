import { describe, expect, it } from 'vitest'
import { buildAlert, buildNotification } from '../../../test/notify/build-notification.js'
import { deliverOnce, failureOf, forAlerts } from '../../../test/notify/deliver.js'
import { startFarEnd } from '../../../test/notify/far-end.js'
import { createSurroundings } from '../../../test/notify/surroundings.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { AlertNotifier } from '../notifier.js'
import { alertmanagerSchema } from './config.js'
import { createAlertmanagerNotifier } from './notifier.js'
import { sanitizeLabels } from './sanitize-labels.js'

function create(config: object): AlertNotifier {
  return forAlerts(createAlertmanagerNotifier(alertmanagerSchema.parse(config), createSurroundings()))
}

describe('the push to Alertmanager', () => {
  it('posts alerts as Prometheus does', async () => {
    const far = await startFarEnd()
    const ended = buildAlert({
      status: 'resolved',
      labels: { 'service.name': 'x', empty: '' },
      exemplars: [],
      generatorUrl: '<none>',
    })
    await deliverOnce(
      create({ urls: [`${far.origin}/am/`] }),
      buildNotification({ alerts: [ended, buildAlert()] }),
    )
    expect(far.requests[0]).toMatchObject({
      method: 'POST',
      url: '/am/api/v2/alerts',
      headers: { 'content-type': 'application/json' },
    })
    expect(far.json()).toEqual([
      {
        labels: { alertname: 'SlowCheckout', service: 'shop', severity: 'critical' },
        annotations: {
          exemplar_traces: expect.stringContaining(
            'http://jaeger.test/trace/0af7651916cd43dd8448eb211c80319c',
          ),
          summary: 'Checkout is slow',
        },
        startsAt: '2026-11-24T08:39:00.000Z',
        endsAt: '2026-11-24T08:48:00.000Z',
        generatorURL: 'http://tracebell.test/rules',
      },
      {
        labels: { alertname: 'SlowCheckout', service: 'shop', service_name: 'x', severity: 'critical' },
        annotations: { summary: 'Checkout is slow' },
        startsAt: '2026-11-24T08:39:00.000Z',
        endsAt: '2026-11-24T08:44:00.000Z',
      },
    ])
  })

  it('does not say that alerts have ended which fired when it was made, however long it has waited', async () => {
    const far = await startFarEnd()
    const clock = createTestClock()
    const config = alertmanagerSchema.parse({ urls: [far.origin] })
    const notifier = forAlerts(createAlertmanagerNotifier(config, createSurroundings({ clock })))
    const alerts = [
      buildAlert({ status: 'resolved', labels: { n: '1' } }),
      buildAlert({ labels: { n: '2' } }),
    ]
    const message = notifier.encode(buildNotification({ alerts }))
    const deliver = () =>
      notifier.deliver(message, {
        idempotencyKey: 'k',
        attempt: 1,
        signal: AbortSignal.timeout(10_000),
      })
    await clock.advance(239_999)
    await deliver()
    expect(far.requests[0]?.body).toBe(message.body)
    await clock.advance(1)
    await deliver()
    const posted = JSON.parse(far.requests[1]?.body ?? '')
    expect(posted).toMatchObject([
      { labels: { n: '2' }, endsAt: '2026-11-24T08:52:00.000Z' },
      { labels: { n: '1' }, endsAt: '2026-11-24T08:44:00.000Z' },
    ])
    const [first, second] = JSON.parse(message.body)
    expect(posted).toEqual([{ ...first, endsAt: '2026-11-24T08:52:00.000Z' }, second])
  })

  it('leaves names as they are where the server takes them', () => {
    const notifier = create({ urls: ['http://x.test'], utf8_labels: true })
    const { body } = notifier.encode(buildNotification({ alerts: [buildAlert({ labels: { 'a.b': '1' } })] }))
    expect(JSON.parse(body)).toMatchObject([{ labels: { 'a.b': '1' } }])
  })

  it('shortens annotations before it leaves out an alert', () => {
    const alerts = Array.from({ length: 100 }, (_, n) =>
      buildAlert({ labels: { n: String(n) }, annotations: { summary: 'x'.repeat(100_000) } }),
    )
    const message = create({ urls: ['http://x.test'] }).encode(buildNotification({ alerts }))
    expect(message.leftOut).toBe(0)
    expect(JSON.parse(message.body)).toHaveLength(100)
  })

  it('tells every server, and is content when one has taken them', async () => {
    const ill = await startFarEnd(() => ({ status: 500 }))
    const well = await startFarEnd()
    await deliverOnce(create({ urls: [ill.origin, well.origin, 'http://127.0.0.1:1'] }))
    expect([ill.requests.length, well.requests.length]).toEqual([1, 1])
    expect(ill.requests[0]?.body).toBe(well.requests[0]?.body)
  })

  it.each<[string, readonly number[], boolean]>([
    ['refused by one, and another is ill', [400, 500], true],
    ['refused by all', [400, 422], false],
  ])('fails where none has: %s', async (_name, statuses, retryable) => {
    // As Alertmanager says what is wrong: as a text, or with a code.
    const said = [
      '"\\"a.b\\" is not a valid label name"',
      '{"code":602,"message":"labels in body is required"}',
    ]
    const fars = await Promise.all(
      statuses.map((status, index) => startFarEnd(() => ({ status, body: said[index] ?? '' }))),
    )
    const error = await failureOf(deliverOnce(create({ urls: fars.map(({ origin }) => origin) })))
    expect(error.retryable).toBe(retryable)
    expect(error.message).toContain('"a.b" is not a valid label name')
    expect(error.message).toContain('labels in body is required')
  })
})

describe('sanitizeLabels', () => {
  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    ['names with dots', { 'service.name': 'a', x: 'b' }, { service_name: 'a', x: 'b' }],
    ['a name that begins with a digit', { '5xx': 'a' }, { _5xx: 'a' }],
    ['names that become the same', { 'a.b': '1', a_b: '2', 'a-b': '3' }, { a_b: '2', a_b_: '3', a_b__: '1' }],
    ['a name that is empty', { '': 'a' }, { _: 'a' }],
  ])('%s', (_name, labels, sanitized) => {
    expect(Object.fromEntries(sanitizeLabels(new Map(Object.entries(labels))))).toEqual(sanitized)
  })
})
