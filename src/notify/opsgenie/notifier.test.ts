import { describe, expect, it } from 'vitest'
import { buildAlert, buildNotification } from '../../../test/notify/build-notification.js'
import { deliverOnce, failureOf, forAlerts } from '../../../test/notify/deliver.js'
import { type FarAnswer, type FarRequest, startFarEnd } from '../../../test/notify/far-end.js'
import { createSurroundings } from '../../../test/notify/surroundings.js'
import type { AlertNotifier } from '../notifier.js'
import { opsgenieSchema } from './config.js'
import { createOpsgenieNotifier } from './notifier.js'

const KEY = 'eb243592-faa2-4ba2-a551q-1afdf565c889'

function create(config: object): AlertNotifier {
  const parsed = opsgenieSchema.parse({ api_key: KEY, ...config })
  return forAlerts(createOpsgenieNotifier(parsed, createSurroundings()))
}

/** The limits of the fields, in characters: https://docs.opsgenie.com/docs/alerts-and-alert-fields and https://docs.opsgenie.com/docs/alert-api#create-alert, in characters. */
const LIMITS = { message: 130, alias: 512, description: 15_000, entity: 512, source: 100, note: 25_000 }

/** Answers as that page does: 202 with an id for a good request, 422 for one that is not. */
function alertApi({ body, headers }: FarRequest): FarAnswer {
  const request: Record<string, string | undefined> = JSON.parse(body)
  const tooLong = Object.entries(LIMITS).filter(([name, most]) => (request[name]?.length ?? 0) > most)
  const details = JSON.stringify(request['details'] ?? {}).length
  if (headers.authorization !== `GenieKey ${KEY}`) {
    return { status: 401, body: '{"message":"API Key is invalid","took":0.004,"requestId":"x"}' }
  }
  if (tooLong.length > 0 || details > 12_000) {
    return {
      status: 422,
      body: JSON.stringify({ message: `Request body is not processable: ${tooLong.join()}`, took: 0.1 }),
    }
  }
  return {
    status: 202,
    body: '{"result":"Request will be processed","took":0.302,"requestId":"43a29c5c-3dbf-4fa4-9c26-f4f71023e120"}',
  }
}

describe('opsgenie', () => {
  it('creates an alert', async () => {
    const far = await startFarEnd(alertApi)
    const responders = [
      { type: 'team', name: 'NOC' },
      { type: 'user', username: 'trinity@opsgenie.com' },
    ]
    await deliverOnce(create({ api_url: far.origin, responders, tags: ['OverwriteQuietHours', 'Critical'] }))
    expect(far.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v2/alerts',
      headers: { authorization: `GenieKey ${KEY}` },
    })
    expect(far.json()).toEqual({
      message: '[FIRING:1] SlowCheckout',
      description: expect.stringContaining('FIRING: Checkout is slow'),
      responders,
      tags: ['OverwriteQuietHours', 'Critical'],
      details: { alertname: 'SlowCheckout', service: 'shop', severity: 'critical' },
      entity: 'shop',
      priority: 'P1',
      alias: expect.stringMatching(/^[0-9a-f]{64}$/),
      source: 'tracebell',
    })
  })

  // https://docs.opsgenie.com/docs/alert-api#close-alert
  it('closes the same alert when all is over', async () => {
    const far = await startFarEnd(alertApi)
    const notifier = create({ api_url: far.origin })
    await deliverOnce(notifier)
    await deliverOnce(notifier, buildNotification({ alerts: [buildAlert({ status: 'resolved' })] }))
    const created: { readonly alias: string } = JSON.parse(far.requests[0]?.body ?? '')
    expect(far.requests[1]?.url).toBe(`/v2/alerts/${created.alias}/close?identifierType=alias`)
    expect(far.json(1)).toEqual({
      source: 'tracebell',
      note: expect.stringContaining('RESOLVED: Checkout is slow'),
    })
  })

  it.each([
    ['page', {}, 'P1'],
    ['warning', {}, 'P3'],
    ['info', {}, 'P5'],
    ['what', {}, 'P3'],
    ['page', { priority: 'P4' }, 'P4'],
  ])('gives the severity %s with %j the priority %s', (severity, config, priority) => {
    const alerts = [buildAlert({ labels: { severity } })]
    expect(JSON.parse(create(config).encode(buildNotification({ alerts })).body)).toMatchObject({ priority })
  })

  it('keeps a large group within what Opsgenie takes', async () => {
    const far = await startFarEnd(alertApi)
    const labels = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`label${n}`, 'x'.repeat(5000)]))
    const alerts = Array.from({ length: 50 }, (_, n) => buildAlert({ labels: { ...labels, n: String(n) } }))
    const notifier = create({ api_url: far.origin })
    await deliverOnce(notifier, buildNotification({ alerts, groupKey: 'x'.repeat(5000) }))
    expect(far.requests).toHaveLength(1)
  })

  it("says what the user's own texts make", async () => {
    const far = await startFarEnd(alertApi)
    const notifier = create({
      api_url: far.origin,
      message: '{{ $commonLabels.service }}: {{ $commonAnnotations.summary }}',
      description: '{% for a in $alerts %}{{ a.annotations.summary }}\n{% endfor %}',
      details: { service: 'the {{ $commonLabels.service }}', none: '{{ $note }}' },
      tags: ['{{ $commonLabels.severity }}', '{{ $note }}', '{{ $commonAnnotations.summary }}'],
      priority: '{% if $commonLabels.severity == "critical" %}P2{% endif %}',
      entity: '{{ $commonLabels.service | upcase }}',
      source: 'trace{{ $receiver }}',
      note: 'over: {{ $status }}',
    })
    const alerts = [buildAlert({ annotations: { summary: 'x'.repeat(200) } })]
    await deliverOnce(notifier, buildNotification({ alerts }))
    expect(far.json()).toMatchObject({
      message: `shop: ${'x'.repeat(123)}…`,
      description: 'x'.repeat(200),
      tags: ['critical', `${'x'.repeat(49)}…`],
      details: { alertname: 'SlowCheckout', service: 'the shop', severity: 'critical' },
      priority: 'P2',
      entity: 'SHOP',
      source: 'traceoncall',
    })
    await deliverOnce(notifier, buildNotification({ alerts: [buildAlert({ status: 'resolved' })] }))
    expect(far.json(1)).toEqual({ source: 'traceoncall', note: 'over: resolved' })
  })

  it('says its own where a template makes nothing of use', () => {
    const wrong = {
      message: '{{ $note }}',
      priority: 'P9{{ $note }}',
      entity: '{% for i in (1..9999) %}x{% endfor %}',
    }
    expect(create(wrong).encode(buildNotification())).toEqual(create({}).encode(buildNotification()))
  })

  // https://docs.opsgenie.com/docs/response
  it.each<[number, string, boolean]>([
    [401, 'unauthorized', false],
    [403, 'unauthorized', false],
    [422, 'client_error', false],
    [429, 'rate_limited', true],
    [500, 'server_error', true],
    [503, 'server_error', true],
  ])('answered %i', async (status, reason, retryable) => {
    const far = await startFarEnd(() => ({
      status,
      body: `{"message":"no, ${KEY}","took":0.1,"requestId":"x"}`,
    }))
    const error = await failureOf(deliverOnce(create({ api_url: far.origin })))
    expect(error).toMatchObject({ reason, retryable, message: expect.stringContaining('no, <secret>') })
  })
})
