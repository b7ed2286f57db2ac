import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { RenderNotification } from '../../template/create-notification-renderer.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cleanText, cutText } from '../text/clean-text.js'
import { renderFitting } from '../text/render-fitting.js'
import { showDuration } from '../text/show-duration.js'
import { type AlertStory, showLabels, type Story, tellStory } from '../text/story.js'
import { createUserText } from '../text/user-text.js'
import type { SlackReceiverConfig } from './config.js'
import { escapeMrkdwn, escapeSlack, escapeSlackWithin, splitMrkdwn } from './escape.js'
import { linkTo, type RichLine, type RichText, sizeOf, takeLines, toRichTextBlock } from './rich-text.js'

/** https://docs.slack.dev/reference/block-kit/blocks/section-block: a text of at most 3,000 characters. */
const LONGEST_SECTION = 3000
/** Slack refuses a message whose blocks have more than about 13,000 in all: `msg_blocks_too_long`. */
const LONGEST_MESSAGE = 10_000
const LONGEST_TITLE = 300
const MOST_ALERTS = 10
const MOST_SECTIONS = 3
const LONGEST_DETAILS = 700
const LONGEST_LABELS = 600
const COLOURS = { firing: '#d40e0d', resolved: '#2eb886' } as const
const COLOUR = /^(?:good|warning|danger|#[0-9a-fA-F]{6})$/

type Settings = Pick<
  SlackReceiverConfig,
  'channel' | 'username' | 'icon_emoji' | 'title' | 'text' | 'color' | 'fallback'
>

export interface SlackOptions {
  readonly links: TemplateLinks
  readonly render: RenderNotification
}

/** What stands in the coloured attachment. */
interface Told {
  readonly blocks: readonly object[]
  readonly leftOut: number
}

/**
 * A message with a line that says it all, and beneath it a block an alert, or what the user's template makes. What spans
 * have said is shown as it is.
 */
export function encodeSlack(notification: Notification, settings: Settings, options: SlackOptions): Message {
  const story = tellStory(notification, {
    links: options.links,
    mostAlerts: MOST_ALERTS,
    longestDetails: LONGEST_DETAILS,
  })
  const user = createUserText(notification, options)
  const title = escapeSlackWithin(user.line(settings.title, LONGEST_TITLE) ?? story.title, LONGEST_TITLE)
  const fallback = user.line(settings.fallback, LONGEST_TITLE)
  const colour = user.line(settings.color, LONGEST_TITLE)
  const { blocks, leftOut } = tellByUser(notification, settings, options) ?? tellByStory(story)
  const body = {
    channel: settings.channel,
    username: settings.username,
    icon_emoji: settings.icon_emoji,
    text: title,
    // https://docs.slack.dev/reference/methods/chat.postMessage: nothing in `text` is formatting.
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    attachments: [
      {
        color: colour !== undefined && COLOUR.test(colour) ? colour : COLOURS[story.status],
        fallback: fallback === undefined ? title : escapeSlackWithin(fallback, LONGEST_TITLE),
        blocks: [...blocks, toContext(story, leftOut)],
      },
    ],
  }
  return { contentType: 'application/json; charset=utf-8', body: JSON.stringify(body), facts: {}, leftOut }
}

function tellByUser(
  notification: Notification,
  { text }: Settings,
  { render }: SlackOptions,
): Told | undefined {
  if (text === undefined) return undefined
  const rendered = renderFitting(text, notification, { render, escape: escapeMrkdwn })
  if (rendered === undefined) return undefined
  const whole = cleanText(rendered.text, LONGEST_MESSAGE)
  const sections = splitMrkdwn(whole, LONGEST_SECTION, MOST_SECTIONS).map((part) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: part, verbatim: true },
  }))
  return { blocks: sections, leftOut: rendered.leftOut }
}

function tellByStory({ alerts, more }: Story): Told {
  const blocks = fitBlocks(alerts.map((alert) => takeLines(tellAlert(alert), LONGEST_SECTION)))
  return { blocks: blocks.map(toRichTextBlock), leftOut: more + alerts.length - blocks.length }
}

/** As many as a message can hold. */
function fitBlocks(blocks: readonly (readonly RichLine[])[]): readonly (readonly RichLine[])[] {
  let size = 0
  return blocks.filter(
    (lines) => (size += lines.reduce((sum, line) => sum + sizeOf(line), 0)) <= LONGEST_MESSAGE,
  )
}

function tellAlert(alert: AlertStory): readonly RichLine[] {
  const name = alert.status === 'firing' ? 'red_circle' : 'large_green_circle'
  const headline = linkTo(alert.headline, alert.url, { bold: true })
  return [[{ type: 'emoji', name }, plain(' '), headline], ...tellFacts(alert)]
}

function tellFacts(alert: AlertStory): readonly RichLine[] {
  const labels = cutText(showLabels(alert.labels), LONGEST_LABELS)
  return [
    ...(alert.endedAt === undefined
      ? []
      : [[plain(`Resolved after ${showDuration(alert.endedAt - alert.startsAt)}`)]]),
    ...(alert.details === undefined ? [] : [[plain(alert.details)]]),
    ...(labels === '' ? [] : [[{ type: 'text', text: labels, style: { code: true } } as const]]),
    ...alert.traces.map(({ text, url, id }) => [
      plain('• '),
      linkTo(text, url),
      plain(url === undefined ? ` (${id})` : ''),
    ]),
    ...(alert.runbook === undefined ? [] : [[linkTo('Runbook', alert.runbook)]]),
  ]
}

function plain(text: string): RichText {
  return { type: 'text', text }
}

function toContext({ firing, resolved, note, url }: Story, more: number): object {
  const parts = [
    `${firing} firing, ${resolved} resolved`,
    ...(more > 0 ? [`${more} more not shown`] : []),
    ...(note === undefined ? [] : [escapeSlack(note)]),
  ]
  const link = {
    type: 'mrkdwn',
    text: `<${escapeSlack(url ?? '').replaceAll('|', '%7C')}|tracebell>`,
    verbatim: true,
  }
  return {
    type: 'context',
    elements: [
      { type: 'plain_text', text: parts.join(' · '), emoji: false },
      ...(url === undefined ? [] : [link]),
    ],
  }
}
