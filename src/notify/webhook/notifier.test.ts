import { Webhook as StandardWebhook } from 'standardwebhooks'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { AT, buildAlert, buildNotification } from '../../../test/notify/build-notification.js'
import { deliverOnce, failureOf, forAlerts } from '../../../test/notify/deliver.js'
import { startFarEnd } from '../../../test/notify/far-end.js'
import { createSurroundings } from '../../../test/notify/surroundings.js'
import { createTestClock } from '../../../test/test-clock.js'
import { toAlertId } from '../../model/alert-id.js'
import type { ToldAnomaly } from '../../model/notification.js'
import type { Notifier } from '../notifier.js'
import { webhookSchema } from './config.js'
import { createWebhookNotifier } from './notifier.js'

function create(config: object, surroundings = createSurroundings()): Notifier {
  const notifier = createWebhookNotifier(webhookSchema.parse(config), surroundings)
  onTestFinished(() => notifier.close())
  return notifier
}

const anomaly: ToldAnomaly = {
  type: 'high_error_rate',
  at: AT,
  affectedTraces: 10,
  totalTraces: 100,
  sampled: false,
}

function encodeAnomalies(notifier: Notifier, anomalies: readonly ToldAnomaly[]): unknown {
  if (notifier.lane !== 'anomalies') throw new Error('this notifier is not for anomalies')
  const common = { receiver: 'hook', at: AT, idempotencyKey: 'k', groupKey: 'g', externalUrl: '' }
  return JSON.parse(notifier.encode({ lane: 'anomalies', anomalies, ...common }).body)
}

describe('the webhook', () => {
  it("sends Alertmanager's document", async () => {
    const far = await startFarEnd()
    const resolved = buildAlert({
      status: 'resolved',
      labels: { service: 'stock' },
      exemplars: [],
      generatorUrl: '',
    })
    await deliverOnce(
      forAlerts(create({ url: `${far.origin}/hook` })),
      buildNotification({ alerts: [resolved, buildAlert()], foldedNote: 'and 3 groups that were folded' }),
    )
    expect(far.requests[0]).toMatchObject({
      method: 'POST',
      url: '/hook',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'tracebell/1.2.3',
        'idempotency-key': 'k1',
      },
    })
    // The names and shapes of https://prometheus.io/docs/alerting/latest/configuration/#webhook_config, and a note.
    expect(far.json()).toEqual({
      version: '4',
      groupKey: '{}:{alertname="SlowCheckout"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'oncall',
      groupLabels: { alertname: 'SlowCheckout' },
      commonLabels: { alertname: 'SlowCheckout', severity: 'critical' },
      commonAnnotations: { summary: 'Checkout is slow' },
      externalURL: 'http://tracebell.test',
      note: 'and 3 groups that were folded',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'SlowCheckout', service: 'shop', severity: 'critical' },
          annotations: {
            exemplar_traces:
              'shop GET /pay, 1.5 s, failed in stock: http://jaeger.test/trace/0af7651916cd43dd8448eb211c80319c',
            summary: 'Checkout is slow',
          },
          startsAt: '2026-11-24T08:39:00.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'http://tracebell.test/rules',
          fingerprint: toAlertId(buildAlert().labels),
        },
        expect.objectContaining({ status: 'resolved', endsAt: '2026-11-24T08:44:00.000Z', generatorURL: '' }),
      ],
    })
  })

  it('leaves out what is too much, and says how many', () => {
    const alerts = Array.from({ length: 20 }, (_, n) => buildAlert({ labels: { n: String(n) } }))
    const few = forAlerts(create({ url: 'http://x.test', max_alerts: 5 })).encode(
      buildNotification({ alerts }),
    )
    expect(few.leftOut).toBe(15)
    expect(JSON.parse(few.body)).toMatchObject({ truncatedAlerts: 15, alerts: { length: 5 } })
  })

  it('fills its room, and shortens texts where not even one alert has any', () => {
    const notifier = forAlerts(create({ url: 'http://x.test' }))
    const summary = 'x'.repeat(20_000)
    const large = Array.from({ length: 100 }, (_, n) =>
      buildAlert({ labels: { n: String(n) }, annotations: { summary } }),
    )
    const cut = notifier.encode(buildNotification({ alerts: large }))
    expect(Buffer.byteLength(cut.body)).toBeLessThanOrEqual(1000 * 1024)
    expect(Buffer.byteLength(cut.body)).toBeGreaterThan(980 * 1024)
    const told: { truncatedAlerts: number; alerts: unknown[] } = JSON.parse(cut.body)
    expect([told.truncatedAlerts, told.alerts.length]).toEqual([cut.leftOut, 100 - cut.leftOut])
    const labels = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`label${n}`, summary]))
    const short = notifier.encode(buildNotification({ alerts: [buildAlert({ labels })] }))
    expect(JSON.parse(short.body)).toMatchObject({ truncatedAlerts: 0, alerts: { length: 1 } })
  })

  it('sends a CloudEvent', async () => {
    const far = await startFarEnd()
    await deliverOnce(forAlerts(create({ url: far.origin, format: 'cloudevents' })))
    expect(far.requests[0]?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8')
    // The required attributes of https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
    expect(far.json()).toMatchObject({
      specversion: '1.0',
      id: 'k1',
      source: 'http://tracebell.test/',
      type: 'tracebell.alerts.firing',
      subject: '{}:{alertname="SlowCheckout"}',
      time: '2026-11-24T08:44:00.000Z',
      datacontenttype: 'application/json',
      data: { version: '4', status: 'firing' },
    })
  })

  it('sends what a template makes', async () => {
    const far = await startFarEnd()
    const template = '{"text":{{ $commonAnnotations.summary | json }},"n":{{ $firing | size }}}'
    await deliverOnce(
      forAlerts(
        create({ url: far.origin, format: 'template', template, content_type: 'application/vnd.chat+json' }),
      ),
    )
    expect(far.requests[0]?.headers['content-type']).toBe('application/vnd.chat+json')
    expect(far.json()).toEqual({ text: 'Checkout is slow', n: 1 })
  })

  it('fills a template with fewer alerts where all would be too much', () => {
    const template = '{% for alert in $alerts %}{{ alert.annotations.summary }}{% endfor %}'
    const alerts = Array.from({ length: 8 }, () =>
      buildAlert({ annotations: { summary: 'x'.repeat(20_000) } }),
    )
    const notifier = forAlerts(create({ url: 'http://x.test', format: 'template', template }))
    const message = notifier.encode(buildNotification({ alerts }))
    expect([message.body.length, message.leftOut]).toEqual([40_000, 6])
  })

  it("sends Alertmanager's document where the template fails", () => {
    const template = '{% for n in (1..9999) %}{{ n }} {% endfor %}'
    const message = forAlerts(create({ url: 'http://x.test', format: 'template', template })).encode(
      buildNotification(),
    )
    expect(message).toMatchObject({ contentType: 'application/json', facts: { template: 'failed' } })
    expect(JSON.parse(message.body)).toMatchObject({ version: '4' })
  })

  it("sends the spec's body for an anomaly, or an array of them", () => {
    const body = {
      anomaly_type: 'high_error_rate',
      affected_traces: 10,
      total_traces: 100,
      timestamp: AT / 1000,
    }
    const single = create({ url: 'http://x.test', format: 'anomaly' })
    expect(encodeAnomalies(single, [anomaly])).toEqual(body)
    expect(encodeAnomalies(single, [{ ...anomaly, similar: 4 }])).toEqual({ ...body, similar: 4 })
    const batch = create({ url: 'http://x.test', format: 'anomaly', batch: true })
    expect(encodeAnomalies(batch, [anomaly])).toEqual([body])
    expect(encodeAnomalies(batch, [anomaly, anomaly])).toEqual([body, body])
  })

  it('signs as Standard Webhooks does, for every secret, anew with each attempt', async () => {
    const far = await startFarEnd()
    const secrets = ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_c2Vjb25kIHNlY3JldCBvZiB0aGUgdGVzdA==']
    const clock = createTestClock()
    const surroundings = createSurroundings({ clock, environment: { SIGNING: secrets.join(' ') } })
    const notifier = forAlerts(create({ url: far.origin, signing_secret: '${SIGNING}' }, surroundings))
    await deliverOnce(notifier)
    await clock.advance(90_000)
    await deliverOnce(notifier, undefined, { attempt: 2 })
    expect(far.requests.map(({ headers }) => headers['webhook-id'])).toEqual(['k1', 'k1'])
    expect(far.requests.map(({ headers }) => headers['webhook-timestamp'])).toEqual([
      String(AT / 1000),
      String(AT / 1000 + 90),
    ])
    for (const secret of secrets) {
      for (const { headers, body } of far.requests) {
        const given = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, String(value)]),
        )
        // The oracle reads the machine's clock.
        vi.useFakeTimers({ now: AT, toFake: ['Date'] })
        expect(new StandardWebhook(secret).verify(body, given)).toMatchObject({ version: '4' })
        expect(() => new StandardWebhook(secret).verify(`${body} `, given)).toThrow('No matching signature')
        vi.useRealTimers()
      }
    }
  })

  it.each([
    ['basic_auth', { basic_auth: { username: 'me', password: '${PASS}' } }, 'Basic bWU6aHVudGVyMg=='],
    ['authorization', { authorization: { credentials_file: 'token.txt' } }, 'Bearer t0ken'],
    ['authorization of a type', { authorization: { type: 'Token', credentials: 'x y' } }, 'Token x y'],
  ])('sends %s', async (_name, http, authorization) => {
    const far = await startFarEnd()
    const surroundings = createSurroundings({
      environment: { PASS: 'hunter2' },
      files: { 'token.txt': 't0ken\n' },
    })
    const config = { url: far.origin, http_config: { ...http, headers: { 'X-Team': 'shop' } } }
    await deliverOnce(forAlerts(create(config, surroundings)))
    expect(far.requests[0]?.headers).toMatchObject({ authorization, 'x-team': 'shop' })
  })

  it('follows no redirect, and takes its credentials nowhere else', async () => {
    const elsewhere = await startFarEnd()
    const far = await startFarEnd(() => ({ status: 307, headers: { location: elsewhere.origin } }))
    const config = { url: far.origin, http_config: { authorization: { credentials: 'hunter2' } } }
    const error = await failureOf(deliverOnce(forAlerts(create(config))))
    expect(error).toMatchObject({ reason: 'redirect', retryable: false })
    expect(elsewhere.requests).toEqual([])
  })

  it.each<[number, string, boolean]>([
    [400, 'client_error', false],
    [401, 'unauthorized', false],
    [404, 'client_error', false],
    [408, 'server_error', true],
    [413, 'client_error', false],
    [425, 'server_error', true],
    [429, 'rate_limited', true],
    [500, 'server_error', true],
    [503, 'server_error', true],
    [599, 'server_error', true],
  ])('takes %i for %s, worth a retry: %s; and quotes nothing', async (status, reason, retryable) => {
    const far = await startFarEnd(({ url, headers }) => ({
      status,
      headers: { 'retry-after': '7' },
      body: `${url} ${JSON.stringify(headers)}`,
    }))
    const config = {
      url: `${far.origin}/hooks/s3cretpath?token=s3crettoken`,
      http_config: { authorization: { credentials: 's3cretbearer' } },
    }
    const error = await failureOf(deliverOnce(forAlerts(create(config))))
    expect(error).toMatchObject({ reason, retryable, retryAfterMs: 7000 })
    expect(error.message).toContain(`HTTP ${status} from 127.0.0.1:`)
    expect(error.message).not.toContain('s3cret')
  })

  it('can be tried again where there is no answer, and says no secret', async () => {
    const error = await failureOf(
      deliverOnce(forAlerts(create({ url: 'http://user:s3cret@127.0.0.1:1/s3cretpath?s3cret' }))),
    )
    expect(error).toMatchObject({ reason: 'network', retryable: true })
    expect(error.message).toMatch(/^127\.0\.0\.1:1: .*ECONNREFUSED/)
    expect(error.message).not.toContain('s3cret')
  })

  it('reads its address anew for each attempt, and does not tell one that is none', async () => {
    const far = await startFarEnd()
    const files: Record<string, string> = { 'url.txt': 'ftp://s3cret' }
    const notifier = forAlerts(create({ url_file: 'url.txt' }, createSurroundings({ files })))
    const error = await failureOf(deliverOnce(notifier))
    expect(error).toMatchObject({ reason: 'secret', retryable: true })
    expect(error.message).not.toContain('s3cret')
    files['url.txt'] = `${far.origin}\n`
    await deliverOnce(notifier)
    expect(far.requests).toHaveLength(1)
  })

  it('is cut short by its signal', async () => {
    const signal = AbortSignal.abort()
    const error = await failureOf(
      deliverOnce(forAlerts(create({ url: 'http://127.0.0.1:1' })), undefined, { signal }),
    )
    expect(error.reason).toBe('stopped')
  })
})
