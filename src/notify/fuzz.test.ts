import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildNotification } from '../../test/notify/build-notification.js'
import { startFarEnd } from '../../test/notify/far-end.js'
import { createSurroundings } from '../../test/notify/surroundings.js'
import type { Alert } from '../model/alert.js'
import type { Notification } from '../model/notification.js'
import type { TraceMatch } from '../model/trace-match.js'
import { receiverSchema } from './config.js'
import { DeliveryError } from './delivery-error.js'
import { createReceivers } from './receivers.js'

/** What a span, a rule or a label might say: anything, and what has broken others. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    '\ud800',
    'a\ud83d',
    '\r\n.\r\nQUIT\r\n',
    '<!channel>',
    '</script>',
    '{{ $x }}',
    '"\\u0000',
    'javascript:x',
    'x'.repeat(100_000),
    '😀'.repeat(20_000),
    '&'.repeat(20_000),
    '\0'.repeat(5000),
  ),
)
const number = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0, 1e300, -1e300))
const labels = fc.array(fc.tuple(text, text), { maxLength: 5 }).map((pairs) => new Map(pairs))

const trace: fc.Arbitrary<TraceMatch> = fc.record({
  traceId: text,
  rootServiceName: fc.option(text, { nil: undefined }),
  rootSpanName: fc.option(text, { nil: undefined }),
  start: fc.option(number, { nil: undefined }),
  durationMs: number,
  failedServices: fc.array(text, { maxLength: 3 }),
})

const alert: fc.Arbitrary<Alert> = fc.record({
  labels,
  annotations: fc.oneof(
    labels,
    fc
      .tuple(text, text, text)
      .map(
        ([summary, description, url]) => new Map(Object.entries({ summary, description, runbook_url: url })),
      ),
  ),
  startsAt: number,
  endsAt: number,
  status: fc.constantFrom<Alert['status']>('firing', 'resolved'),
  generatorUrl: text,
  value: number,
  exemplars: fc.array(trace, { maxLength: 4 }),
})

const notification: fc.Arbitrary<Notification> = fc.record({
  lane: fc.constant('alerts' as const),
  receiver: fc.constant('all'),
  at: number,
  idempotencyKey: text,
  groupKey: text,
  groupLabels: labels,
  alerts: fc.oneof(
    { weight: 4, arbitrary: fc.array(alert, { minLength: 1, maxLength: 6 }) },
    fc
      .tuple(alert, fc.integer({ min: 50, max: 200 }))
      .map(([one, count]) => Array.from({ length: count }, () => one)),
  ),
  foldedNote: fc.option(text, { nil: undefined }),
  externalUrl: text,
})

const SLACK = { api_url: 'http://x', send_resolved: true }
const MAIL = { to: 'a@x.test', from: 'b@x.test', smarthost: 'x:25', send_resolved: true }
/** A template that makes whatever is said. */
const ALL =
  '{% for a in $alerts %}{% for l in a.labels %}{{ l[0] }}{{ l[1] }}{% endfor %}{{ a.annotations.summary }} {{ a.traces.first.name }}\n{% endfor %}{{ $note }}'

const receivers = createReceivers(
  [
    receiverSchema.parse({
      name: 'all',
      webhook_configs: [
        { url: 'http://x' },
        { url: 'http://x', format: 'cloudevents' },
        {
          url: 'http://x',
          format: 'template',
          template: '{"all":{{ $alerts | json }},"note":{{ $note | json }}}',
        },
      ],
      alertmanager_configs: [{ urls: ['http://x'] }, { urls: ['http://x'], utf8_labels: true }],
      slack_configs: [SLACK, { ...SLACK, title: ALL, text: ALL, color: ALL, fallback: ALL }],
      pagerduty_configs: [
        { routing_key: 'x' },
        {
          routing_key: 'x',
          description: ALL,
          details: { all: ALL },
          severity: ALL,
          client_url: ALL,
          group: ALL,
        },
      ],
      opsgenie_configs: [
        { api_key: 'x' },
        {
          api_key: 'x',
          message: ALL,
          note: ALL,
          details: { all: ALL },
          tags: [ALL],
          priority: ALL,
          entity: ALL,
        },
      ],
      email_configs: [MAIL, { ...MAIL, subject: ALL, text: ALL, html: ALL }],
      exec_configs: [{ command: 'x' }],
    }),
  ],
  createSurroundings({ allowExec: true }),
)

/** What a message of a kind may come to, in bytes; for all others it is 1 MiB. */
const MOST_BYTES: Readonly<Record<string, number>> = {
  alertmanager: 8 * 1024 * 1024,
  slack: 100_000,
  pagerduty: 512 * 1024,
  opsgenie: 100_000,
  email: 512 * 1024,
}

describe('any notification', () => {
  it('becomes a message of every kind, bounded, in JSON, and always the same', () => {
    fc.assert(
      fc.property(notification, (told) => {
        const messages = receivers.encode(told)
        expect(messages).toHaveLength(receivers.integrations.length)
        expect(receivers.encode(told)).toEqual(messages)
        for (const { target, message } of messages) {
          const kind = target.slice(target.indexOf('/') + 1, target.indexOf('['))
          expect(Buffer.byteLength(message.body)).toBeLessThanOrEqual(MOST_BYTES[kind] ?? 1024 * 1024)
          expect(() => JSON.parse(message.body)).not.toThrow()
          // No half of a surrogate pair, also not as an escape: strict parsers refuse a document for it.
          expect(Buffer.from(JSON.stringify(JSON.parse(message.body))).toString()).not.toMatch(/\\ud[89a-f]/)
          expect(JSON.parse(JSON.stringify(message))).toEqual(message)
          expect(message.leftOut).toBeGreaterThanOrEqual(0)
          expect(message.leftOut).toBeLessThanOrEqual(told.alerts.length)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('any answer', () => {
  it('makes an error without a secret, though it says all that was sent', async () => {
    // None is a word that a far end may say by itself, such as the name of a header.
    const secrets = fc.record({
      path: fc.stringMatching(/^p4th[A-Za-z0-9_-]{4,30}$/),
      query: fc.stringMatching(/^qu3ry[A-Za-z0-9_=&-]{2,30}$/),
      token: fc.stringMatching(/^[!-~]{6,40}$/).filter((token) => !token.includes('${')),
    })
    const far = await startFarEnd(({ url, headers, body }) => {
      const all = `${url} ${JSON.stringify(headers)} ${body}`
      const answer = {
        message: all,
        errors: [all, url, String(headers.authorization)],
        error: String(headers.authorization),
      }
      return { status: 400, body: JSON.stringify(answer) }
    })
    await fc.assert(
      fc.asyncProperty(secrets, async ({ path, query, token }) => {
        const url = `${far.origin}/${path}?${query}`
        const http = { authorization: { credentials: '${TOKEN}' } }
        const told = createReceivers(
          [
            receiverSchema.parse({
              name: 'oncall',
              webhook_configs: [{ url, http_config: http }],
              alertmanager_configs: [{ urls: [far.origin], http_config: http }],
              slack_configs: [{ api_url: url }, { token: '${TOKEN}', channel: 'x', web_api_url: far.origin }],
              pagerduty_configs: [{ routing_key: '${TOKEN}', url: far.origin }],
              opsgenie_configs: [{ api_key: '${TOKEN}', api_url: far.origin }],
            }),
          ],
          createSurroundings({ environment: { TOKEN: token } }),
        )
        onTestFinished(() => told.close())
        const delivery = { idempotencyKey: 'k', attempt: 1, signal: new AbortController().signal }
        const messages = told.encode(buildNotification())
        const errors = await Promise.all(
          messages.map(async ({ target, message }): Promise<unknown> => {
            try {
              return await told.notifiers.get(target)?.deliver(message, delivery)
            } catch (error) {
              return error
            }
          }),
        )
        expect(errors.every((error) => error instanceof DeliveryError)).toBe(true)
        const words = errors.map((error) => (error instanceof DeliveryError ? error.message : '')).join('\n')
        expect(words).toContain('HTTP 400')
        expect([path, query, token].filter((secret) => words.includes(secret))).toEqual([])
      }),
      { numRuns: 40 },
    )
  })
})
