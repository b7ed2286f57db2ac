import { describe, expect, it } from 'vitest'
import { buildAlert, buildNotification } from '../../../test/notify/build-notification.js'
import { deliverOnce, failureOf, forAlerts } from '../../../test/notify/deliver.js'
import { type FarAnswer, type FarRequest, startFarEnd } from '../../../test/notify/far-end.js'
import { createSurroundings } from '../../../test/notify/surroundings.js'
import type { AlertNotifier } from '../notifier.js'
import { pagerdutySchema } from './config.js'
import { createPagerdutyNotifier } from './notifier.js'

const KEY = 'samplekeyhere'.padEnd(32, '0')

function create(config: object): AlertNotifier {
  const parsed = pagerdutySchema.parse({ routing_key: KEY, ...config })
  return forAlerts(createPagerdutyNotifier(parsed, createSurroundings()))
}

/**
 * Answers as https://developer.pagerduty.com/docs/send-alert-event documents: 202 for a good event; 400 with what is
 * wrong. The fields and their types are those of its table.
 */
function enqueue({ body }: FarRequest): FarAnswer {
  const event = JSON.parse(body)
  const errors = [
    ...(String(event.routing_key).length === 32
      ? []
      : ["Length of 'routing_key' is incorrect (should be 32 characters)"]),
    ...(['trigger', 'acknowledge', 'resolve'].includes(event.event_action)
      ? []
      : ["'event_action' is invalid"]),
    ...(event.dedup_key.length <= 255 ? [] : ["'dedup_key' is too long"]),
    ...(event.payload.summary.length <= 1024 ? [] : ["'summary' is too long"]),
    ...(['critical', 'error', 'warning', 'info'].includes(event.payload.severity)
      ? []
      : ["'severity' is invalid"]),
    ...(event.payload.source === '' ? ["'source' is missing or blank"] : []),
    ...(Number.isNaN(Date.parse(event.payload.timestamp)) ? ["'timestamp' is invalid"] : []),
    ...(body.length <= 512 * 1024 ? [] : ['too large']),
    ...event.links.flatMap(({ href }: { href: string }) => (URL.canParse(href) ? [] : ["'href' is invalid"])),
  ]
  return errors.length === 0
    ? {
        status: 202,
        body: JSON.stringify({ status: 'success', message: 'Event processed', dedup_key: event.dedup_key }),
      }
    : {
        status: 400,
        body: JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors }),
      }
}

describe('pagerduty', () => {
  it("says what the user's own texts make", async () => {
    const far = await startFarEnd(enqueue)
    const notifier = create({
      url: far.origin,
      description: '{{ $commonLabels.service }}: {{ $commonAnnotations.summary }}',
      details: {
        firing: '{{ $firing | size }} of them',
        team: '{{ $commonLabels.team }}',
        on: '{{ $receiver }}',
      },
      severity: '{% if $commonLabels.severity == "critical" %}Warn{% endif %}',
      source: '{{ $commonLabels.service }}-1',
      component: 'web',
      class: 'slow {{ $commonLabels.alertname }}',
      group: '{{ $receiver }}',
      client_url: 'https://runbooks.test/{{ $commonLabels.service }}',
    })
    await deliverOnce(notifier)
    expect(far.json()).toMatchObject({
      client_url: 'https://runbooks.test/shop',
      payload: {
        summary: 'shop: Checkout is slow',
        source: 'shop-1',
        severity: 'warning',
        component: 'web',
        group: 'oncall',
        class: 'slow SlowCheckout',
        custom_details: { firing: '1 of them', on: 'oncall', resolved: 0 },
      },
    })
  })

  it('says its own where a template makes nothing of use, and no more than PagerDuty takes', async () => {
    const wrong = {
      description: '{{ $note }}',
      severity: 'x{{ $note }}',
      client_url: 'javascript:{{ $receiver }}',
    }
    expect(create(wrong).encode(buildNotification())).toEqual(create({}).encode(buildNotification()))
    const far = await startFarEnd(enqueue)
    const long = '{{ $commonAnnotations.summary }}'
    const detail = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`d${n}`, long]))
    const texts = { description: long, source: long, class: long, group: long, details: detail }
    const alerts = [buildAlert({ annotations: { summary: 'ü'.repeat(16_000) } })]
    await deliverOnce(create({ url: far.origin, ...texts }), buildNotification({ alerts }))
    expect(far.requests).toHaveLength(1)
  })

  it('triggers an incident', async () => {
    const far = await startFarEnd(enqueue)
    await deliverOnce(create({ url: `${far.origin}/v2/enqueue` }))
    expect(far.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v2/enqueue',
      headers: { 'content-type': 'application/json' },
    })
    expect(far.json()).toEqual({
      routing_key: KEY,
      event_action: 'trigger',
      dedup_key: expect.stringMatching(/^[0-9a-f]{64}$/),
      client: 'tracebell',
      client_url: 'http://tracebell.test/',
      payload: {
        summary: 'Checkout is slow',
        source: 'shop',
        severity: 'critical',
        timestamp: '2026-11-24T08:44:00.000Z',
        component: 'shop',
        class: 'SlowCheckout',
        custom_details: {
          firing: 1,
          resolved: 0,
          message: expect.stringContaining('FIRING: Checkout is slow'),
        },
      },
      links: [
        {
          href: 'http://jaeger.test/trace/0af7651916cd43dd8448eb211c80319c',
          text: 'Trace: shop GET /pay, 1.5 s, failed in stock',
        },
        { href: 'http://tracebell.test/', text: 'tracebell' },
      ],
    })
  })

  it('resolves the same incident when all is over, and not before', async () => {
    const far = await startFarEnd(enqueue)
    const notifier = create({ url: far.origin })
    const over = buildAlert({ status: 'resolved', labels: { route: '/b' } })
    await deliverOnce(notifier)
    await deliverOnce(notifier, buildNotification({ alerts: [buildAlert(), over] }))
    await deliverOnce(notifier, buildNotification({ alerts: [over] }))
    await deliverOnce(notifier, buildNotification({ groupKey: 'another' }))
    const events: { readonly event_action: string; readonly dedup_key: string }[] = far.requests.map(
      ({ body }) => JSON.parse(body),
    )
    expect(events.map(({ event_action: action }) => action)).toEqual([
      'trigger',
      'trigger',
      'resolve',
      'trigger',
    ])
    expect(new Set(events.slice(0, 3).map(({ dedup_key: key }) => key)).size).toBe(1)
    expect(events[3]?.dedup_key).not.toBe(events[0]?.dedup_key)
  })

  it.each<[readonly string[], object, string]>([
    [['page'], {}, 'critical'],
    [['warning', 'ERROR'], {}, 'error'],
    [['low'], {}, 'info'],
    [['anything'], {}, 'error'],
    [['anything'], { severity: 'warning' }, 'warning'],
  ])('takes the severities %j with %j for %s', (severities, config, severity) => {
    const alerts = severities.map((each) => buildAlert({ labels: { severity: each, n: each } }))
    const { body } = create(config).encode(buildNotification({ alerts }))
    expect(JSON.parse(body)).toMatchObject({ payload: { severity } })
  })

  it('keeps a large group within what PagerDuty takes', async () => {
    const far = await startFarEnd(enqueue)
    const alerts = Array.from({ length: 500 }, (_, n) =>
      buildAlert({
        labels: { n: String(n) },
        annotations: { summary: '😀'.repeat(2000), description: 'x'.repeat(9000) },
      }),
    )
    const notification = buildNotification({ alerts, groupKey: 'x'.repeat(9000) })
    await deliverOnce(create({ url: far.origin }), notification)
    expect(create({}).encode(notification).leftOut).toBe(480)
    expect(far.json()).toMatchObject({ payload: { summary: expect.stringContaining('(and 499 more)') } })
  })

  // https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic
  it.each<[number, string, boolean]>([
    [400, 'client_error', false],
    [403, 'unauthorized', false],
    [429, 'rate_limited', true],
    [500, 'server_error', true],
    [503, 'server_error', true],
  ])('answered %i', async (status, reason, retryable) => {
    const body = `{"status":"invalid event","message":"Event object is invalid","errors":["no such key ${KEY}"]}`
    const far = await startFarEnd(() => ({ status, body }))
    const error = await failureOf(deliverOnce(create({ url: far.origin })))
    expect(error).toMatchObject({ reason, retryable })
    expect(error.message).toContain('Event object is invalid; no such key <secret>')
  })

  it('keeps the routing key out of the message that is stored', () => {
    expect(JSON.stringify(create({}).encode(buildNotification()))).not.toContain('samplekeyhere')
  })

  it('says what PagerDuty says of a key that is too short', async () => {
    const far = await startFarEnd(enqueue)
    const error = await failureOf(deliverOnce(create({ url: far.origin, routing_key: 'short' })))
    expect(error.message).toContain("Length of 'routing_key' is incorrect (should be 32 characters)")
  })
})
