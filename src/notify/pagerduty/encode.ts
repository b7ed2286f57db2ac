import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cleanLine, cutText } from '../text/clean-text.js'
import { commonLabels } from '../text/common-labels.js'
import { digestOf } from '../text/digest-of.js'
import { tellPlainly } from '../text/plain-story.js'
import { serviceOf } from '../text/service-of.js'
import { worstSeverity } from '../text/severity.js'
import { toIsoTime } from '../text/show-time.js'
import { type Story, tellStory } from '../text/story.js'
import type { PagerdutyReceiverConfig } from './config.js'

/** https://developer.pagerduty.com/docs/send-alert-event: a summary of at most 1,024 characters, 512 KB in all. */
const LONGEST_SUMMARY = 1024
const LONGEST_DETAILS = 32_000
const MOST_ALERTS = 20
const MOST_LINKS = 10

type Settings = Pick<PagerdutyReceiverConfig, 'severity' | 'source' | 'client'>

/**
 * An event for a group: it triggers an incident while anything in the group fires, and resolves it after. The routing key
 * is added when it is delivered. Of a group and its key there is one incident at a time.
 */
export function encodePagerduty(
  notification: Notification,
  settings: Settings,
  links: TemplateLinks,
): Message {
  const story = tellStory(notification, { links, mostAlerts: MOST_ALERTS, longestDetails: 1000 })
  const event = {
    event_action: story.status === 'firing' ? 'trigger' : 'resolve',
    dedup_key: digestOf(notification.groupKey),
    client: settings.client ?? 'tracebell',
    ...(story.url === undefined ? {} : { client_url: story.url }),
    payload: toPayload(notification, story, settings),
    links: toLinks(story),
  }
  return { contentType: 'application/json', body: JSON.stringify(event), facts: {}, leftOut: story.more }
}

function toPayload(notification: Notification, story: Story, settings: Settings): object {
  const common = commonLabels(notification.alerts.map(({ labels }) => labels))
  const service = serviceOf(common)
  return {
    summary: cleanLine(summarize(story), LONGEST_SUMMARY),
    source: settings.source ?? service ?? 'tracebell',
    severity: worstSeverity(notification.alerts, settings.severity ?? 'error'),
    timestamp: toIsoTime(notification.at),
    ...(service === undefined ? {} : { component: service }),
    ...(common.has('alertname') ? { class: cleanLine(common.get('alertname') ?? '', 200) } : {}),
    custom_details: {
      firing: story.firing,
      resolved: story.resolved,
      message: cutText(tellPlainly(story), LONGEST_DETAILS),
    },
  }
}

/** What a phone shows: what is wrong, with how many more there are. */
function summarize({ alerts: [first], title, firing, resolved }: Story): string {
  const others = firing + resolved - 1
  if (first === undefined) return title
  return others === 0 ? first.headline : `${first.headline} (and ${others} more)`
}

interface Link {
  readonly href: string
  readonly text: string
}

function toLinks({ alerts, url }: Story): readonly Link[] {
  const links = [
    ...alerts.flatMap(({ traces }) =>
      traces.map((trace) => ({ href: trace.url, text: `Trace: ${trace.text}` })),
    ),
    ...alerts.map(({ runbook }) => ({ href: runbook, text: 'Runbook' })),
    { href: url, text: 'tracebell' },
  ]
  const found = new Map(
    links.flatMap(({ href, text }) => (href === undefined ? [] : [[href, { href, text }]])),
  )
  return [...found.values()].slice(0, MOST_LINKS)
}
