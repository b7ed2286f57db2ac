import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toAlertId } from '../../../src/model/alert-id.js'
import type { Alert } from '../../../src/model/alert.js'
import { alertmanagerSchema } from '../../../src/notify/alertmanager/config.js'
import { createAlertmanagerNotifier } from '../../../src/notify/alertmanager/notifier.js'
import { sanitizeLabels } from '../../../src/notify/alertmanager/sanitize-labels.js'
import type { AlertNotifier } from '../../../src/notify/notifier.js'
import { webhookSchema } from '../../../src/notify/webhook/config.js'
import { createWebhookNotifier } from '../../../src/notify/webhook/notifier.js'
import { buildAlert, buildNotification } from '../../notify/build-notification.js'
import { deliverOnce, failureOf, forAlerts } from '../../notify/deliver.js'
import { startFarEnd } from '../../notify/far-end.js'
import { createSurroundings } from '../../notify/surroundings.js'
import { type RealAlertmanager, startRealAlertmanager } from '../../peers/alertmanager.js'
import { findPeer } from '../../peers/find-peer.js'

const binary = findPeer('alertmanager')
if (binary === undefined) console.log('skipped: no alertmanager binary (set ALERTMANAGER_BIN)')

const WAIT = { timeout: 60_000, interval: 100 }

/** Groups by two labels, waits for as little as it can, and tells a webhook. */
function configFor(url: string): string {
  return JSON.stringify({
    route: {
      receiver: 'sink',
      group_by: ['alertname', 'service_name'],
      group_wait: '1s',
      group_interval: '1s',
      repeat_interval: '1h',
    },
    receivers: [{ name: 'sink', webhook_configs: [{ url, send_resolved: true }] }],
  })
}

interface Document {
  readonly status: string
  readonly groupLabels: Readonly<Record<string, string>>
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[]
}

function pusher(server: RealAlertmanager, config: object = {}): AlertNotifier {
  const parsed = alertmanagerSchema.parse({ urls: [server.url], ...config })
  return forAlerts(createAlertmanagerNotifier(parsed, createSurroundings()))
}

/** An alert of now, as real Alertmanagers know no other time. */
function alertOf(
  service: string,
  route: string,
  given: Partial<Pick<Alert, 'status' | 'startsAt' | 'endsAt'>> = {},
): Alert {
  const startsAt = Math.floor(Date.now() / 1000) * 1000 - 60_000
  const labels = { 'service.name': service, route }
  return buildAlert({ labels, startsAt, endsAt: Date.now() + 240_000, ...given })
}

async function alertsOf(server: RealAlertmanager): Promise<readonly Record<string, unknown>[]> {
  const answer = await fetch(`${server.url}/api/v2/alerts`)
  const alerts: readonly Record<string, unknown>[] = JSON.parse(await answer.text())
  return alerts
}

describe.skipIf(binary === undefined)('a real Alertmanager', () => {
  let server: RealAlertmanager

  describe('with a webhook', () => {
    it('receives, groups and resolves what is pushed, and says of it what our own webhook does', async () => {
      const sink = await startFarEnd()
      server = await startRealAlertmanager(binary ?? '', configFor(`${sink.origin}/hook`))
      try {
        const push = pusher(server)
        // One that began long ago is told of at once: before the next one of the same post has joined it.
        const startsAt = Math.ceil(Date.now() / 1000) * 1000
        const firing = [alertOf('shop', '/a'), alertOf('shop', '/b'), alertOf('stock', '/c')].map(
          (alert) => ({
            ...alert,
            startsAt,
          }),
        )
        await deliverOnce(push, buildNotification({ alerts: firing }))
        await expect.poll(() => sink.requests.length, WAIT).toBe(2)
        const documents: readonly Document[] = sink.requests.map(({ body }) =>
          JSON.parse(body, withoutNewKeys),
        )
        expect(new Set(documents.map(({ alerts }) => alerts.length))).toEqual(new Set([1, 2]))
        expect(documents.map(({ status }) => status)).toEqual(['firing', 'firing'])
        const shop = documents.find(({ alerts }) => alerts.length === 2)
        expect(shop).toEqual(ourDocument(firing.slice(0, 2), server, shop))
        const ended = firing
          .slice(0, 2)
          .map((alert) => ({ ...alert, status: 'resolved' as const, endsAt: Date.now() }))
        await deliverOnce(push, buildNotification({ alerts: ended }))
        await expect.poll(() => sink.requests.length, WAIT).toBe(3)
        expect(sink.json(2)).toMatchObject({
          status: 'resolved',
          groupLabels: { alertname: 'SlowCheckout', service_name: 'shop' },
          alerts: [{ status: 'resolved' }, { status: 'resolved' }],
        })
        expect((await alertsOf(server)).map(({ labels }) => labels)).toMatchObject([
          { service_name: 'stock' },
        ])
      } finally {
        await server.stop()
      }
    })
  })

  describe('by its API', () => {
    beforeAll(async () => {
      if (binary !== undefined) server = await startRealAlertmanager(binary, configFor('http://127.0.0.1:1/'))
    })
    afterAll(async () => {
      if (binary !== undefined) await server.stop()
    })

    it('shows an alert as it was pushed, and once however often that was', async () => {
      const alert = alertOf('api', '/once')
      await deliverOnce(pusher(server), buildNotification({ alerts: [alert] }))
      const later = { ...alert, endsAt: alert.endsAt + 60_000 }
      await deliverOnce(pusher(server), buildNotification({ alerts: [later] }))
      const shown = (await alertsOf(server)).filter(({ labels }) => JSON.stringify(labels).includes('/once'))
      expect(shown).toMatchObject([
        {
          labels: { alertname: 'SlowCheckout', service_name: 'api', route: '/once' },
          annotations: {
            summary: 'Checkout is slow',
            exemplar_traces: expect.stringContaining('shop GET /pay'),
          },
          generatorURL: 'http://tracebell.test/rules',
          fingerprint: toAlertId(sanitizeLabels(alert.labels)),
        },
      ])
      expect([Date.parse(String(shown[0]?.['startsAt'])), Date.parse(String(shown[0]?.['endsAt']))]).toEqual([
        alert.startsAt,
        later.endsAt,
      ])
    })

    it('takes whatever an alert says', async () => {
      const text = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(
          '',
          '\ud800',
          '__proto__',
          'a.b',
          'a-b',
          '5xx',
          '\0',
          'x'.repeat(5000),
          'javascript:x',
        ),
      )
      const labels = fc.array(fc.tuple(text, text), { maxLength: 5 })
      const push = pusher(server)
      let pushed = 0
      await fc.assert(
        fc.asyncProperty(labels, labels, text, async (given, annotations, generatorUrl) => {
          pushed += 1
          const alert = alertOf('fuzz', `/fuzz/${pushed}`)
          const all = new Map([...given, ...alert.labels])
          const hostile = { ...alert, labels: all, annotations: new Map(annotations), generatorUrl }
          await deliverOnce(push, buildNotification({ alerts: [hostile] }))
        }),
      )
      const shown = (await alertsOf(server)).filter(({ labels: each }) =>
        JSON.stringify(each).includes('/fuzz/'),
      )
      expect(shown).toHaveLength(pushed)
    })

    it('takes names as they are, or keeps the others and refuses for good', async () => {
      const [dotted, plain] = [
        alertOf('utf8', '/dotted'),
        buildAlert({ labels: { route: '/plain' }, endsAt: Date.now() + 60_000 }),
      ]
      const pushing = deliverOnce(
        pusher(server, { utf8_labels: true }),
        buildNotification({ alerts: [dotted, plain] }),
      )
      const isOld = await pushing.then(
        () => false,
        () => true,
      )
      const routes = JSON.stringify(await alertsOf(server))
      expect([routes.includes('/plain'), routes.includes('/dotted')]).toEqual([true, !isOld])
      if (!isOld) return
      expect(await failureOf(pushing)).toMatchObject({ reason: 'client_error', retryable: false })
    })
  })
})

/** What our own webhook sends of these alerts, with what only Alertmanager knows taken from its document. */
function ourDocument(alerts: readonly Alert[], server: RealAlertmanager, theirs: object | undefined): object {
  const notifier = forAlerts(
    createWebhookNotifier(webhookSchema.parse({ url: 'http://x.test' }), createSurroundings()),
  )
  const sanitized = alerts.map((alert) => ({ ...alert, labels: sanitizeLabels(alert.labels) }))
  const groupLabels = new Map([
    ['alertname', 'SlowCheckout'],
    ['service_name', 'shop'],
  ])
  const { body } = notifier.encode(
    buildNotification({ alerts: sanitized, groupLabels, receiver: 'sink', externalUrl: server.url }),
  )
  // It writes whole seconds without a fraction.
  const ours: object = JSON.parse(body.replaceAll('.000Z"', 'Z"'))
  const groupKey: unknown = Object.getOwnPropertyDescriptor(theirs ?? {}, 'groupKey')?.value
  return { ...ours, groupKey }
}

/** Keys that Alertmanager 0.34 has beside those of all versions before it, and ours. */
const NEW_KEYS: ReadonlySet<string> = new Set(['notification_reason', 'routeLabels'])

function withoutNewKeys(key: string, value: unknown): unknown {
  return NEW_KEYS.has(key) ? undefined : value
}
