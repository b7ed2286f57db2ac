import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AT, buildAlert, buildNotification } from '../../../test/notify/build-notification.js'
import { deliverOnce, failureOf, forAlerts } from '../../../test/notify/deliver.js'
import { startFarEnd } from '../../../test/notify/far-end.js'
import { createSurroundings } from '../../../test/notify/surroundings.js'
import type { AlertNotifier } from '../notifier.js'
import { SLACK_RETRIED, SLACK_UNAUTHORIZED } from './answers.js'
import { slackSchema } from './config.js'
import { escapeSlack, escapeSlackWithin, slackLink } from './escape.js'
import { createSlackNotifier } from './notifier.js'

function create(config: object, surroundings = createSurroundings()): AlertNotifier {
  return forAlerts(createSlackNotifier(slackSchema.parse(config), surroundings))
}

describe('slack, by an incoming webhook', () => {
  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/: a POST of JSON, answered by "ok".
  it('posts a message', async () => {
    const far = await startFarEnd(() => ({ body: 'ok' }))
    const surroundings = createSurroundings({
      environment: { SLACK: `${far.origin}/services/T00000000/B00000000/XXXX` },
    })
    const resolved = buildAlert({ status: 'resolved', labels: { service: 'stock' }, endsAt: AT })
    await deliverOnce(
      create({ api_url: '${SLACK}', username: 'tracebell' }, surroundings),
      buildNotification({ alerts: [buildAlert(), resolved], foldedNote: 'and 2 more groups' }),
    )
    expect(far.requests[0]).toMatchObject({ method: 'POST', url: '/services/T00000000/B00000000/XXXX' })
    expect(far.requests[0]?.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(far.json()).toEqual({
      username: 'tracebell',
      text: '[FIRING:1, RESOLVED:1] SlowCheckout',
      unfurl_links: false,
      unfurl_media: false,
      attachments: [
        {
          color: '#d40e0d',
          fallback: '[FIRING:1, RESOLVED:1] SlowCheckout',
          blocks: [
            {
              type: 'section',
              text: {
                type: 'mrkdwn',
                verbatim: true,
                text: [
                  ':red_circle: *<http://tracebell.test/rules|Checkout is slow>*',
                  '`service=shop`',
                  '• <http://jaeger.test/trace/0af7651916cd43dd8448eb211c80319c|shop GET /pay, 1.5 s, failed in stock>',
                ].join('\n'),
              },
            },
            {
              type: 'section',
              text: expect.objectContaining({ text: expect.stringContaining('Resolved after 5 min') }),
            },
            {
              type: 'context',
              elements: [
                {
                  type: 'mrkdwn',
                  text: '1 firing, 1 resolved · and 2 more groups · <http://tracebell.test/|tracebell>',
                  verbatim: true,
                },
              ],
            },
          ],
        },
      ],
    })
  })

  it('is green when all is over', () => {
    const alerts = [buildAlert({ status: 'resolved' })]
    const { body } = create({ api_url: 'https://hooks.slack.test/x' }).encode(buildNotification({ alerts }))
    expect(JSON.parse(body)).toMatchObject({
      text: '[RESOLVED:1] SlowCheckout',
      attachments: [{ color: '#2eb886' }],
    })
  })

  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/#handling_errors
  it.each<[number, string, boolean]>([
    [400, 'invalid_payload', false],
    [403, 'action_prohibited', false],
    [404, 'channel_not_found', false],
    [410, 'channel_is_archived', false],
    [500, 'rollup_error', true],
    [429, 'rate_limited', true],
  ])('answered %i %s', async (status, body, retryable) => {
    const far = await startFarEnd(() => ({ status, body, headers: { 'retry-after': '30' } }))
    const error = await failureOf(deliverOnce(create({ api_url: `${far.origin}/services/T0/B0/s3cret` })))
    expect(error).toMatchObject({
      retryable,
      retryAfterMs: 30_000,
      message: expect.stringMatching(new RegExp(`${body}$`)),
    })
    expect(error.message).not.toContain('s3cret')
  })
})

describe('slack, by chat.postMessage', () => {
  const config = { token: 'xoxb-s3cret', channel: '#alerts' }

  // https://docs.slack.dev/reference/methods/chat.postMessage
  it('posts with its token to a channel', async () => {
    const far = await startFarEnd(() => ({
      body: '{"ok":true,"channel":"C123ABC456","ts":"1503435956.000247","message":{"text":"x"}}',
    }))
    await deliverOnce(create({ ...config, web_api_url: `${far.origin}/api/chat.postMessage` }))
    expect(far.requests[0]).toMatchObject({
      url: '/api/chat.postMessage',
      headers: { authorization: 'Bearer xoxb-s3cret' },
    })
    expect(far.json()).toMatchObject({ channel: '#alerts', text: '[FIRING:1] SlowCheckout' })
  })

  it.each<[string, string, boolean]>([
    ['{"ok":false,"error":"too_many_attachments"}', 'client_error', false],
    ['{"ok":false,"error":"channel_not_found"}', 'client_error', false],
    ...[...SLACK_UNAUTHORIZED].map((code): [string, string, boolean] => [
      `{"ok":false,"error":"${code}"}`,
      'unauthorized',
      false,
    ]),
    ...[...SLACK_RETRIED].map(([code, reason]): [string, string, boolean] => [
      `{"ok":false,"error":"${code}"}`,
      reason,
      true,
    ]),
    ['<html>s3cret</html>', 'server_error', true],
    ['{"ok":false,"error":"xoxb-s3cret"}', 'server_error', true],
    ['[]', 'server_error', true],
  ])('answered 200 %s', async (body, reason, retryable) => {
    const far = await startFarEnd(() => ({ body }))
    const error = await failureOf(deliverOnce(create({ ...config, web_api_url: far.origin })))
    expect(error).toMatchObject({ reason, retryable })
    expect(error.message).not.toContain('s3cret')
  })
})

describe('what spans say to Slack', () => {
  it('wakes nobody and links nowhere', () => {
    const evil = '<!channel> <@U123> <https://evil.test|click> & `x`'
    const trace = { ...buildAlert().exemplars[0], rootSpanName: evil, failedServices: [evil] }
    const alert = buildAlert({
      labels: { alertname: evil, route: evil },
      annotations: { summary: evil, description: evil, runbook_url: `https://x.test/?a=<!here>|b` },
    })
    const alerts = [{ ...alert, exemplars: [{ ...buildAlert().exemplars[0]!, ...trace }] }, buildAlert()]
    const { body } = create({ api_url: 'https://hooks.slack.test/x' }).encode(
      buildNotification({ alerts, foldedNote: evil, groupLabels: new Map([['route', evil]]) }),
    )
    const links = [...body.matchAll(/<[^>]*>/g)].map(([link]) => link)
    expect(links.length).toBeGreaterThan(3)
    expect(
      links.filter(
        (link) =>
          !/^<http:\/\/(?:tracebell|jaeger)\.test|^<https:\/\/x\.test\/\?a=%3C!here%3E%7Cb\|/.test(link),
      ),
    ).toEqual([])
    expect(body).not.toContain('<!')
    expect(body).not.toContain('<@')
  })

  it('keeps to the lengths that Slack takes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<>&'.repeat(900), '&'.repeat(5000), '😀'.repeat(2000), 'x'.repeat(5000)),
    )
    const notifier = create({ api_url: 'https://hooks.slack.test/x' })
    fc.assert(
      fc.property(text, text, text, fc.integer({ min: 1, max: 40 }), (name, summary, description, count) => {
        const alerts = Array.from({ length: count }, (_, n) =>
          buildAlert({
            labels: { alertname: name, n: `${n}${name}` },
            annotations: { summary, description },
          }),
        )
        const message = notifier.encode(buildNotification({ alerts, foldedNote: description }))
        const { text: title, attachments } = JSON.parse(message.body)
        const texts: readonly string[] = attachments[0].blocks.map(
          (block: { text?: { text: string }; elements?: { text: string }[] }) =>
            block.text?.text ?? block.elements?.[0]?.text,
        )
        expect(title.length).toBeLessThanOrEqual(300)
        expect(Math.max(...texts.map((each) => each.length))).toBeLessThanOrEqual(3000)
        expect(texts.join('').length).toBeLessThanOrEqual(13_000)
        expect(texts.length - 1 + message.leftOut).toBe(count)
      }),
      { numRuns: 50 },
    )
  })

  it('is escaped without ever being cut within an escape', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '&', '<', '>', '😀') }),
        fc.integer({ min: 10, max: 60 }),
        (text, most) => {
          const escaped = escapeSlackWithin(text, most)
          expect(escaped.length).toBeLessThanOrEqual(most)
          expect(escaped.replaceAll(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[&<>]/)
        },
      ),
    )
  })

  it.each([
    [escapeSlack('a < b & c > d'), 'a &lt; b &amp; c &gt; d'],
    [slackLink('a|b>', 'http://x.test/?q=|>'), '<http://x.test/?q=%7C%3E|a¦b&gt;>'],
    [slackLink('a', undefined), 'a'],
    [slackLink('a', `http://x.test/${'&'.repeat(500)}`), 'a'],
  ])('as %s', (escaped, expected) => {
    expect(escaped).toBe(expected)
  })
})
