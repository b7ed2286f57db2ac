import { describe, expect, it, onTestFinished } from 'vitest'
import { AT, buildAlert, buildNotification } from '../../test/notify/build-notification.js'
import { startFarEnd } from '../../test/notify/far-end.js'
import { createSurroundings } from '../../test/notify/surroundings.js'
import { createTestClock } from '../../test/test-clock.js'
import type { AnomalyNotification, ToldAnomaly } from '../model/notification.js'
import { receiverSchema } from './config.js'
import { previewMessage } from './preview-message.js'
import { createReceivers, type Receivers } from './receivers.js'
import { createSampleNotification } from './sample-notification.js'
import { sendTest } from './send-test.js'

function create(configs: readonly object[]): Receivers {
  const receivers = createReceivers(
    configs.map((config) => receiverSchema.parse(config)),
    createSurroundings(),
  )
  onTestFinished(() => receivers.close())
  return receivers
}

const MAIL = { from: 'tracebell@x.test', smarthost: 'mail.x.test:587' }
const HOOK = { url: 'http://hook.test' }
const SLACK = { api_url: 'https://hooks.slack.test/x' }
const anomaly: ToldAnomaly = {
  type: 'high_error_rate',
  at: AT,
  affectedTraces: 1,
  totalTraces: 2,
  sampled: false,
}
const anomalies: AnomalyNotification = {
  lane: 'anomalies',
  anomalies: [anomaly, { ...anomaly, affectedTraces: 2 }, { ...anomaly, affectedTraces: 3 }],
  receiver: 'oncall',
  at: AT,
  idempotencyKey: 'k',
  groupKey: 'g',
  externalUrl: '',
}

describe('receivers', () => {
  it('deliver what was made for one address to no other, whatever the order in which they are configured', () => {
    const hooks = ['a', 'b'].map((name) => ({ url: `https://${name}.test/?key=hunter2` }))
    const [a = {}, b = {}] = hooks
    const addresses = create([{ name: 'x', webhook_configs: hooks }]).integrations.map((each) => each.address)
    const [ofA, ofB] = addresses
    expect(JSON.stringify(addresses)).not.toContain('hunter2')
    const { notifiers, integrations } = create([
      { name: 'x', webhook_configs: [b, { ...a, timeout: '9s', send_resolved: false }] },
      { name: 'y', webhook_configs: [{ url: 'https://c.test' }, a] },
    ])
    const found = (target: string, address?: string) => {
      const notifier = notifiers.get(target, address)
      return integrations.find((each) => each.notifier === notifier)?.target
    }
    expect(found('x/webhook[0]', ofA)).toBe('x/webhook[1]')
    expect(found('x/webhook[1]', ofB)).toBe('x/webhook[0]')
    expect(found('x/webhook[0]', ofB)).toBe('x/webhook[0]')
    expect(found('y/webhook[0]', ofA)).toBe('y/webhook[1]')
    expect(found('y/webhook[0]', ofB)).toBeUndefined()
    expect(found('x/slack[0]', ofA)).toBeUndefined()
    // Of an earlier version.
    expect(found('x/webhook[0]')).toBe('x/webhook[0]')
  })

  it.each<[string, object, object]>([
    ['webhook', { url: 'https://${A}.test' }, { url: 'https://${B}.test' }],
    ['webhook', { url_file: 'a' }, { url_file: 'b' }],
    ['alertmanager', { urls: ['http://a.test'] }, { urls: ['http://b.test'] }],
    ['slack', { token: 't', channel: '#a' }, { token: 't', channel: '#b' }],
    ['pagerduty', { routing_key: 'a' }, { routing_key: 'b' }],
    ['opsgenie', { api_key_file: 'a' }, { api_key_file: 'b' }],
    ['email', { to: 'a@x.test', ...MAIL }, { to: 'b@x.test', ...MAIL }],
  ])('know where each kind leads: %s', (kind, one, another) => {
    const addressOf = (config: object) =>
      create([{ name: 'x', [`${kind}_configs`]: [config] }]).integrations[0]?.address
    expect(addressOf(one)).toMatch(/^[0-9a-f]{64}$/)
    expect(addressOf({ ...one, timeout: '9s' })).toBe(addressOf(one))
    expect(addressOf(another)).not.toBe(addressOf(one))
  })

  it('tell of the messages to an Alertmanager which say the same', () => {
    const am = { urls: ['http://am.test'] }
    const { encode } = create([{ name: 'oncall', alertmanager_configs: [am], webhook_configs: [HOOK] }])
    const say = (...alerts: Parameters<typeof buildAlert>[0][]) =>
      encode(buildNotification({ alerts: alerts.map((each) => buildAlert(each)) })).map(({ says }) => says)
    const [hook, first] = say({}, { labels: { n: '1' } })
    expect(hook).toBeUndefined()
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(say({ labels: { n: '1' }, endsAt: AT + 9 }, { annotations: {} })[1]).toBe(first)
    const others = [
      say({}),
      say({}, { labels: { n: '1' }, status: 'resolved' }),
      say({ startsAt: 1 }, { labels: { n: '1' } }),
    ]
    expect(new Set([first, ...others.map(([, says]) => says)]).size).toBe(4)
  })

  it('make of a notification a message for each integration, and none for a receiver that is not there', () => {
    const { encode } = create([
      { name: 'oncall', webhook_configs: [HOOK, HOOK], slack_configs: [SLACK] },
      { name: 'other', webhook_configs: [HOOK] },
      { name: 'nobody' },
    ])
    const messages = encode(buildNotification())
    expect(messages.map(({ target }) => target)).toEqual([
      'oncall/webhook[0]',
      'oncall/webhook[1]',
      'oncall/slack[0]',
    ])
    expect(messages[0]).toMatchObject({
      lane: 'alerts',
      groupKey: '{}:{alertname="SlowCheckout"}',
      idempotencyKey: 'k1-webhook-0',
      createdAt: AT,
    })
    expect(new Set(messages.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3)
    for (const receiver of ['nobody', 'none', 'toString'])
      expect(encode(buildNotification({ receiver }))).toEqual([])
  })

  it('give each integration a key of its own, the same for the same notification, in the message too', () => {
    const config = {
      name: 'oncall',
      webhook_configs: [HOOK, { ...HOOK, format: 'cloudevents' }, { ...HOOK, format: 'cloudevents' }],
      email_configs: [1, 2].map(() => ({ to: 'a@x.test', from: 'b@x.test', smarthost: 'mail.x.test:25' })),
    }
    const messages = create([config]).encode(buildNotification())
    expect(create([config]).encode(buildNotification())).toEqual(messages)
    expect(messages.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      'k1-webhook-0',
      'k1-webhook-1',
      'k1-webhook-2',
      'k1-email-0',
      'k1-email-1',
    ])
    const said = messages.slice(1).map(({ message }) => JSON.parse(message.body))
    expect(said.slice(0, 2)).toMatchObject([{ id: 'k1-webhook-1' }, { id: 'k1-webhook-2' }])
    expect(said[2].messageId).not.toBe(said[3].messageId)
  })

  it('tell the ends of alerts only where they are wanted', () => {
    const { encode } = create([
      { name: 'oncall', webhook_configs: [HOOK], slack_configs: [SLACK, { ...SLACK, send_resolved: true }] },
    ])
    const ended = buildAlert({ status: 'resolved', labels: { n: '1' } })
    expect(encode(buildNotification({ alerts: [ended] })).map(({ target }) => target)).toEqual([
      'oncall/webhook[0]',
      'oncall/slack[1]',
    ])
    const [, slack] = encode(buildNotification({ alerts: [buildAlert(), ended] }))
    expect(slack?.message.body).toContain('[FIRING:1]')
    expect(slack?.message.body).not.toContain('RESOLVED')
  })

  it('tell nothing again to those who do not want to hear of ends where only ends are news', () => {
    const { encode } = create([
      { name: 'oncall', webhook_configs: [HOOK, { ...HOOK, send_resolved: false }] },
    ])
    const alerts = [buildAlert(), buildAlert({ status: 'resolved', labels: { n: '1' } })]
    const targetsOf = (isOnlyForEnds: boolean) =>
      encode(buildNotification({ alerts, isOnlyForEnds })).map(({ target }) => target)
    expect(targetsOf(true)).toEqual(['oncall/webhook[0]'])
    expect(targetsOf(false)).toEqual(['oncall/webhook[0]', 'oncall/webhook[1]'])
  })

  it('tell anomalies to those who want each, alone or in batches', () => {
    const { encode } = create([
      {
        name: 'oncall',
        webhook_configs: [HOOK, { ...HOOK, format: 'anomaly' }, { ...HOOK, format: 'anomaly', batch: true }],
      },
    ])
    const messages = encode(anomalies)
    expect(messages.map(({ target, idempotencyKey }) => [target, idempotencyKey])).toEqual([
      ['oncall/webhook[1]', 'k-webhook-1-0'],
      ['oncall/webhook[1]', 'k-webhook-1-1'],
      ['oncall/webhook[1]', 'k-webhook-1-2'],
      ['oncall/webhook[2]', 'k-webhook-2'],
    ])
    expect(messages.map(({ message }) => JSON.parse(message.body))).toMatchObject([
      { affected_traces: 1 },
      { affected_traces: 2 },
      { affected_traces: 3 },
      [{ affected_traces: 1 }, { affected_traces: 2 }, { affected_traces: 3 }],
    ])
    expect(encode(buildNotification()).map(({ target }) => target)).toEqual(['oncall/webhook[0]'])
  })

  it('lose no anomaly of a batch that is too large for one message', () => {
    const { encode } = create([
      { name: 'oncall', webhook_configs: [{ ...HOOK, format: 'anomaly', batch: true }] },
    ])
    const many = Array.from({ length: 20_000 }, (_, n) => ({ ...anomaly, affectedTraces: n }))
    const messages = encode({ ...anomalies, anomalies: many })
    expect(messages.length).toBeGreaterThan(1)
    expect(new Set(messages.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(messages.length)
    expect(messages.map(({ message }) => message.leftOut)).toEqual(messages.map(() => 0))
    const told: { affected_traces: number }[] = messages.flatMap(({ message }) => JSON.parse(message.body))
    expect(told.map(({ affected_traces: n }) => n)).toEqual(many.map(({ affectedTraces }) => affectedTraces))
  })
})

describe('previewMessage', () => {
  it('shows what would be sent', () => {
    const receivers = create([
      {
        name: 'oncall',
        webhook_configs: [HOOK, { ...HOOK, format: 'template', template: 'hi {{ $status }}' }],
      },
    ])
    const previews = receivers.integrations.flatMap((each) => previewMessage(each, buildNotification()))
    expect(previews).toMatchObject([
      { target: 'oncall/webhook[0]', kind: 'webhook', contentType: 'application/json', leftOut: 0 },
      { target: 'oncall/webhook[1]', text: 'hi firing', bytes: 9 },
    ])
    expect(previews[0]?.text).toContain('\n  "version": "4",\n')
  })
})

describe('sendTest', () => {
  it('sends what says that it is a test, and tells how it went', async () => {
    const well = await startFarEnd()
    const ill = await startFarEnd(() => ({ status: 404 }))
    const receivers = create([
      {
        name: 'oncall',
        webhook_configs: [{ url: well.origin }, { url: ill.origin }, { url: well.origin, format: 'anomaly' }],
      },
    ])
    const clock = createTestClock()
    const signal = new AbortController().signal
    const options = { receiver: 'oncall', at: AT, externalUrl: '', id: '1', clock, signal }
    const outcomes = await sendTest(receivers.of('oncall'), options)
    expect(outcomes).toMatchObject([
      { target: 'oncall/webhook[0]', delivered: true, tookMs: 0 },
      { target: 'oncall/webhook[1]', delivered: false, error: { reason: 'client_error' } },
      { target: 'oncall/webhook[2]', delivered: true },
    ])
    const bodies = well.requests.map(({ body }) => body).toSorted()
    expect(bodies[0]).toContain('"anomaly_type":"tracebell_test"')
    expect(bodies[1]).toContain('This is a test of this receiver')
  })

  it('makes samples that differ from test to test', () => {
    const common = { receiver: 'r', at: AT, externalUrl: '' }
    const keys = ['1', '2'].map((id) => createSampleNotification('alerts', { ...common, id }).idempotencyKey)
    expect(new Set(keys).size).toBe(2)
  })
})
