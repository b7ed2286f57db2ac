import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cleanLine } from '../text/clean-text.js'
import { showDuration } from '../text/show-duration.js'
import { type AlertStory, showLabels, type Story, tellStory } from '../text/story.js'
import type { SlackReceiverConfig } from './config.js'
import { escapeSlack, escapeSlackWithin, slackLink } from './escape.js'

/** https://docs.slack.dev/reference/block-kit/blocks/section-block: a text of at most 3,000 characters. */
const LONGEST_SECTION = 3000
/** Slack refuses a message whose blocks have more than about 13,000 in all: `msg_blocks_too_long`. */
const LONGEST_MESSAGE = 10_000
const MOST_ALERTS = 10
const LONGEST_DETAILS = 700
const COLOURS = { firing: '#d40e0d', resolved: '#2eb886' } as const

type Settings = Pick<SlackReceiverConfig, 'channel' | 'username' | 'icon_emoji'>

/**
 * A message with a line that says it all, and beneath it a section an alert. What spans have said is escaped, and Slack is
 * told (`verbatim`) to make nothing of it.
 */
export function encodeSlack(notification: Notification, settings: Settings, links: TemplateLinks): Message {
  const story = tellStory(notification, { links, mostAlerts: MOST_ALERTS, longestDetails: LONGEST_DETAILS })
  const title = escapeSlackWithin(story.title, 300)
  const sections = fitSections(story.alerts.map(tellAlert))
  const more = story.more + story.alerts.length - sections.length
  const body = {
    channel: settings.channel,
    username: settings.username,
    icon_emoji: settings.icon_emoji,
    text: title,
    unfurl_links: false,
    unfurl_media: false,
    attachments: [
      {
        color: COLOURS[story.status],
        fallback: title,
        blocks: [...sections.map(toSection), ...toContext(story, more)],
      },
    ],
  }
  return {
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify(body),
    facts: {},
    leftOut: more,
  }
}

/** As many as a message can hold. */
function fitSections(texts: readonly string[]): readonly string[] {
  let size = 0
  return texts.filter((text) => (size += text.length) <= LONGEST_MESSAGE)
}

function tellAlert(alert: AlertStory): string {
  const icon = alert.status === 'firing' ? ':red_circle:' : ':large_green_circle:'
  const headline = slackLink(alert.headline, alert.url)
  const lines = [`${icon} *${headline}*`, ...tellFacts(alert)]
  let told = lines[0] ?? ''
  // Whole lines only: a link or an escaped character cut in two would show as rubbish.
  for (const line of lines.slice(1)) {
    if (told.length + line.length < LONGEST_SECTION) told += `\n${line}`
  }
  return told
}

function tellFacts(alert: AlertStory): readonly string[] {
  const labels = showLabels(alert.labels)
  const lasted =
    alert.endedAt === undefined ? [] : [`Resolved after ${showDuration(alert.endedAt - alert.startsAt)}`]
  return [
    ...lasted,
    ...(alert.details === undefined ? [] : [escapeSlackWithin(alert.details, 2 * LONGEST_DETAILS)]),
    ...(labels === '' ? [] : [`\`${escapeSlackWithin(labels.replaceAll('`', "'"), 600)}\``]),
    ...alert.traces.map(
      ({ text, url, id }) => `• ${slackLink(text, url)}${url === undefined ? ` (${id})` : ''}`,
    ),
    ...(alert.runbook === undefined ? [] : [slackLink('Runbook', alert.runbook)]),
  ]
}

function toSection(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }
}

function toContext({ firing, resolved, note, url }: Story, more: number): readonly object[] {
  const parts = [
    `${firing} firing, ${resolved} resolved`,
    ...(more > 0 ? [`${more} more not shown`] : []),
    ...(note === undefined ? [] : [escapeSlack(cleanLine(note, 500))]),
    ...(url === undefined ? [] : [slackLink('tracebell', url)]),
  ]
  return [{ type: 'context', elements: [{ type: 'mrkdwn', text: parts.join(' · '), verbatim: true }] }]
}
