import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { RenderNotification } from '../../template/create-notification-renderer.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cleanLine, cutText } from '../text/clean-text.js'
import { commonLabels } from '../text/common-labels.js'
import { digestOf } from '../text/digest-of.js'
import { toHttpLink } from '../text/http-link.js'
import { isTemplate } from '../text/is-template.js'
import { tellPlainly } from '../text/plain-story.js'
import { serviceOf } from '../text/service-of.js'
import { type Severity, SEVERITIES, toSeverity, worstSeverity } from '../text/severity.js'
import { toIsoTime } from '../text/show-time.js'
import { type Story, tellStory } from '../text/story.js'
import { createUserText, type UserText } from '../text/user-text.js'
import type { PagerdutyReceiverConfig } from './config.js'

/** https://developer.pagerduty.com/docs/send-alert-event: a summary of at most 1,024 characters, 512 KB in all. */
const LONGEST_SUMMARY = 1024
const LONGEST_DETAILS = 32_000
const LONGEST_DETAIL = 4000
const LONGEST_FIELD = 255
const MOST_ALERTS = 20
const MOST_LINKS = 10

type Settings = Omit<
  PagerdutyReceiverConfig,
  'routing_key' | 'routing_key_file' | 'url' | 'http_config' | 'send_resolved' | 'timeout'
>

export interface PagerdutyOptions {
  readonly links: TemplateLinks
  readonly render: RenderNotification
}

/**
 * An event for a group: it triggers an incident while anything in the group fires, and resolves it after. The routing key
 * is added when it is delivered. Of a group and its key there is one incident at a time.
 */
export function encodePagerduty(
  notification: Notification,
  settings: Settings,
  options: PagerdutyOptions,
): Message {
  const { links } = options
  const story = tellStory(notification, { links, mostAlerts: MOST_ALERTS, longestDetails: 1000 })
  const user = createUserText(notification, options)
  const clientUrl = toHttpLink(user.line(settings.client_url, 2000)) ?? story.url
  const event = {
    event_action: story.status === 'firing' ? 'trigger' : 'resolve',
    dedup_key: digestOf(notification.groupKey),
    client: settings.client ?? 'tracebell',
    ...(clientUrl === undefined ? {} : { client_url: clientUrl }),
    payload: toPayload(notification, story, { settings, user }),
    links: toLinks(story),
  }
  return { contentType: 'application/json', body: JSON.stringify(event), facts: {}, leftOut: story.more }
}

interface Saying {
  readonly settings: Settings
  readonly user: UserText
}

function toPayload(notification: Notification, story: Story, { settings, user }: Saying): object {
  const common = commonLabels(notification.alerts.map(({ labels }) => labels))
  const service = serviceOf(common)
  return {
    summary: user.line(settings.description, LONGEST_SUMMARY) ?? cleanLine(summarize(story), LONGEST_SUMMARY),
    source: user.line(settings.source, LONGEST_FIELD) ?? service ?? 'tracebell',
    severity: findSeverity(notification, { settings, user }),
    timestamp: toIsoTime(notification.at),
    ...optional('component', user.line(settings.component, LONGEST_FIELD) ?? service),
    ...optional('group', user.line(settings.group, LONGEST_FIELD)),
    ...optional(
      'class',
      user.line(settings.class, LONGEST_FIELD) ?? cleanLine(common.get('alertname') ?? '', LONGEST_FIELD),
    ),
    custom_details: {
      firing: story.firing,
      resolved: story.resolved,
      message: cutText(tellPlainly(story), LONGEST_DETAILS),
      ...Object.fromEntries(user.each(settings.details ?? {}, LONGEST_DETAIL)),
    },
  }
}

function optional(name: string, text: string | undefined): Readonly<Record<string, string>> {
  return text === undefined || text === '' ? {} : { [name]: text }
}

/** A word is for alerts that say nothing themselves; a template says it of all of them. */
function findSeverity({ alerts }: Notification, { settings: { severity }, user }: Saying): Severity {
  const byUser = SEVERITIES.find((each) => each === severity)
  const byTemplate =
    severity !== undefined && isTemplate(severity) ? toSeverity(user.line(severity, 100)) : undefined
  return byTemplate ?? worstSeverity(alerts, byUser ?? 'error')
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
