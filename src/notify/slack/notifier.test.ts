import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AT, buildAlert, buildNotification } from '../../../test/notify/build-notification.js'
import { deliverOnce, failureOf, forAlerts } from '../../../test/notify/deliver.js'
import { startFarEnd } from '../../../test/notify/far-end.js'
import { createSurroundings } from '../../../test/notify/surroundings.js'
import type { AlertNotifier } from '../notifier.js'
import { SLACK_RETRIED, SLACK_UNAUTHORIZED } from './answers.js'
import { slackSchema } from './config.js'
import { escapeMrkdwn, escapeSlack, escapeSlackWithin, splitMrkdwn } from './escape.js'
import { createSlackNotifier } from './notifier.js'

function create(config: object, surroundings = createSurroundings()): AlertNotifier {
  return forAlerts(createSlackNotifier(slackSchema.parse(config), surroundings))
}

// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
const richText = (...elements: readonly object[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
})

interface SaidBlock {
  readonly type: string
  readonly text?: { readonly text: string }
  readonly elements: readonly {
    readonly text: string
    readonly elements: readonly { readonly text?: string; readonly url?: string }[]
  }[]
}

const blocksOf = (body: string): readonly SaidBlock[] => JSON.parse(body).attachments[0].blocks

/** What a block shows, with the addresses that it leads to. */
function shownOf({ type, text, elements }: SaidBlock): string {
  if (type === 'section') return text?.text ?? ''
  if (type === 'context') return elements.map((each) => each.text).join('')
  return elements
    .flatMap((each) => each.elements.map((part) => `${part.text ?? ''}${part.url ?? ''}`))
    .join('')
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
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      attachments: [
        {
          color: '#d40e0d',
          fallback: '[FIRING:1, RESOLVED:1] SlowCheckout',
          blocks: [
            richText(
              { type: 'emoji', name: 'red_circle' },
              { type: 'text', text: ' ' },
              {
                type: 'link',
                url: 'http://tracebell.test/rules',
                text: 'Checkout is slow',
                style: { bold: true },
              },
              { type: 'text', text: '\n' },
              { type: 'text', text: 'service=shop', style: { code: true } },
              { type: 'text', text: '\n' },
              { type: 'text', text: '• ' },
              {
                type: 'link',
                url: 'http://jaeger.test/trace/0af7651916cd43dd8448eb211c80319c',
                text: 'shop GET /pay, 1.5 s, failed in stock',
              },
            ),
            expect.objectContaining({ type: 'rich_text' }),
            {
              type: 'context',
              elements: [
                { type: 'plain_text', text: '1 firing, 1 resolved · and 2 more groups', emoji: false },
                { type: 'mrkdwn', text: '<http://tracebell.test/|tracebell>', verbatim: true },
              ],
            },
          ],
        },
      ],
    })
    expect(far.requests[0]?.body).toContain('"text":"Resolved after 5 min"')
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
  it('is shown as it is, wakes nobody and links nowhere', () => {
    const evil = '*_foo_* ~x~ `y` <!channel> <@U123> <https://evil.test|click> & :bell:'
    const trace = { ...buildAlert().exemplars[0]!, rootSpanName: evil, failedServices: [evil] }
    const alert = buildAlert({
      labels: { alertname: evil, route: evil },
      annotations: { summary: evil, description: evil, runbook_url: `https://x.test/?a=<!here>|b` },
      exemplars: [trace],
    })
    const { body } = create({ api_url: 'https://hooks.slack.test/x' }).encode(
      buildNotification({ alerts: [alert, buildAlert()], groupLabels: new Map([['route', evil]]) }),
    )
    const [first, ...others] = blocksOf(body)
    const parts = first?.elements[0]?.elements ?? []
    // Apart from what is to be made of them, and in none that Slack reads for marks.
    expect(parts.filter(({ text }) => text === evil)).toHaveLength(2)
    expect(parts.map(({ text }) => text)).toContain(`shop ${evil}, 1.5 s, failed in ${evil}`)
    expect(parts.flatMap(({ url }) => (url === undefined ? [] : [url]))).toEqual([
      'http://tracebell.test/rules',
      'http://jaeger.test/trace/0af7651916cd43dd8448eb211c80319c',
      'https://x.test/?a=%3C!here%3E|b',
    ])
    expect(others.map(({ type }) => type)).toEqual(['rich_text', 'context'])
    // The line above is a text of Slack's, without formatting but with control sequences.
    const { text, mrkdwn } = JSON.parse(body)
    expect([text, mrkdwn]).toEqual([expect.stringContaining(`route=${escapeSlack(evil)}`), false])
  })

  it('keeps to the lengths that Slack takes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<>&'.repeat(900), '&'.repeat(5000), '😀'.repeat(2000), 'x'.repeat(5000)),
    )
    const byStory = create({ api_url: 'https://hooks.slack.test/x' })
    const template =
      '{% for a in $alerts %}*{{ a.annotations.summary }}* {{ a.annotations.description }}\n{% endfor %}'
    const byUser = create({ api_url: 'https://hooks.slack.test/x', title: '{{ $note }}', text: template })
    fc.assert(
      fc.property(text, text, text, fc.integer({ min: 1, max: 40 }), (name, summary, description, count) => {
        const alerts = Array.from({ length: count }, (_, n) =>
          buildAlert({
            labels: { alertname: name, n: `${n}${name}` },
            annotations: { summary, description },
          }),
        )
        const notification = buildNotification({ alerts, foldedNote: description })
        for (const notifier of [byStory, byUser]) {
          const { body, leftOut } = notifier.encode(notification)
          const texts = blocksOf(body).map(shownOf)
          expect(JSON.parse(body).text.length).toBeLessThanOrEqual(300)
          expect(Math.max(...texts.map((each) => each.length))).toBeLessThanOrEqual(3100)
          expect(texts.join('').length).toBeLessThanOrEqual(13_000)
          expect(texts.every((each) => each !== '')).toBe(true)
          if (notifier === byStory) expect(texts.length - 1 + leftOut).toBe(count)
        }
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
    [escapeMrkdwn('*_foo_* get_user_id ~x~ `y` <!here>'), '∗ˍfooˍ∗ get_user_id ∼x∼ ˋyˋ &lt;!here&gt;'],
    [escapeMrkdwn('https://x.test/_a_?b=1&c=~d'), 'https://x.test/_a_?b=1&amp;c=~d'],
    [escapeMrkdwn('https://x.test/ *b*'), 'https://x.test/ ∗b∗'],
  ])('as %s', (escaped, expected) => {
    expect(escaped).toBe(expected)
  })

  it('is broken into parts of the length that Slack takes, whatever it is', () => {
    const pieces = fc.constantFrom('a', '\n', '&amp;', '<http://x.test|y>', '😀', 'x'.repeat(30))
    fc.assert(
      fc.property(fc.array(pieces), fc.integer({ min: 20, max: 60 }), (parts, most) => {
        const split = splitMrkdwn(parts.join(''), most, 5)
        expect(split.length).toBeLessThanOrEqual(5)
        for (const part of split) {
          expect(part.length).toBeLessThanOrEqual(most)
          expect(part.replaceAll(/&amp;|<http:\/\/x\.test\|y>/g, '')).not.toMatch(/[&<>]/)
        }
      }),
    )
  })

  it('is broken between lines, and cut before what would be torn', () => {
    expect(splitMrkdwn('aaa\nbbb\n\nccc', 8, 9)).toEqual(['aaa\nbbb\n', 'ccc'])
    expect(splitMrkdwn(`aa\nbbbb <http://x.test/y|z>`, 12, 9)).toEqual(['aa\nbbbb …'])
    expect(splitMrkdwn('abcdefghi&amp;j', 12, 9)).toEqual(['abcdefghi…'])
    expect(splitMrkdwn('a\nb\nc', 2, 2)).toEqual(['a', 'b'])
  })
})

describe("a user's own texts for Slack", () => {
  const encode = (config: object, notification = buildNotification()) =>
    JSON.parse(create({ api_url: 'https://hooks.slack.test/x', ...config }).encode(notification).body)

  it('stand in the place of ours', () => {
    const body = encode({
      title: '{{ $status | upcase }} {{ $commonLabels.service }}',
      text: '*{{ $commonAnnotations.summary }}*\n{% for a in $alerts %}<{{ a.traces.first | traceLink }}|{{ a.traces.first.name }}>{% endfor %}',
      color: '{% if $status == "firing" %}danger{% else %}good{% endif %}',
      fallback: 'look',
    })
    expect(body).toMatchObject({
      text: 'FIRING shop',
      attachments: [
        {
          color: 'danger',
          fallback: 'look',
          blocks: [
            {
              type: 'section',
              text: {
                type: 'mrkdwn',
                verbatim: true,
                text: '*Checkout is slow*\n<http://jaeger.test/trace/0af7651916cd43dd8448eb211c80319c|GET /pay>',
              },
            },
            { type: 'context' },
          ],
        },
      ],
    })
  })

  it('show what spans say as it is, unless they say otherwise', () => {
    const summary = '*_foo_* <!channel>'
    const notification = buildNotification({ alerts: [buildAlert({ annotations: { summary } })] })
    const text = '{{ $commonAnnotations.summary }} {{ $commonAnnotations.summary | raw }}'
    const [block] = encode({ text, title: '{{ $commonAnnotations.summary }}' }, notification).attachments[0]
      .blocks
    expect(block.text.text).toBe(`∗ˍfooˍ∗ &lt;!channel&gt; ${summary}`)
    expect(encode({ title: '{{ $commonAnnotations.summary }}' }, notification).text).toBe(
      '*_foo_* &lt;!channel&gt;',
    )
  })

  it('give way to ours where they fail or make nothing', () => {
    const fails = '{% for a in $alerts %}{% for i in (1..100000) %}x{% endfor %}{% endfor %}'
    const ours = encode({})
    expect(encode({ title: ' {{ $commonLabels.none }} ', text: fails, color: 'red' })).toEqual(ours)
  })
})
