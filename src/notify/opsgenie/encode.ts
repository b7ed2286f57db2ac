import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cleanLine, cutText } from '../text/clean-text.js'
import { commonLabels } from '../text/common-labels.js'
import { digestOf } from '../text/digest-of.js'
import { tellPlainly } from '../text/plain-story.js'
import { serviceOf } from '../text/service-of.js'
import { type Severity, worstSeverity } from '../text/severity.js'
import { type Story, tellStory } from '../text/story.js'
import type { OpsgenieReceiverConfig } from './config.js'

/** https://docs.opsgenie.com/docs/alert-api#create-alert: what each field may hold. */
const LONGEST_MESSAGE = 130
const LONGEST_DESCRIPTION = 15_000
const LONGEST_DETAILS = 8000
const MOST_ALERTS = 20

export const OPSGENIE_PRIORITY: Readonly<Record<Severity, string>> = {
  critical: 'P1',
  error: 'P2',
  warning: 'P3',
  info: 'P5',
}

/**
 * A request that makes an alert for a group, or closes it. Its alias is the same for a group, so that Opsgenie counts a
 * repeat instead of making a second alert.
 */
export function encodeOpsgenie(
  notification: Notification,
  config: OpsgenieReceiverConfig,
  links: TemplateLinks,
): Message {
  const story = tellStory(notification, { links, mostAlerts: MOST_ALERTS, longestDetails: 1000 })
  const alias = digestOf(notification.groupKey)
  const source = config.source ?? 'tracebell'
  const isFiring = story.status === 'firing'
  const body = isFiring
    ? { ...toAlert(notification, story, config), alias, source }
    : { source, note: cutText(tellPlainly(story), LONGEST_DESCRIPTION) }
  return {
    contentType: 'application/json',
    body: JSON.stringify(body),
    facts: { action: isFiring ? 'create' : 'close', alias },
    leftOut: story.more,
  }
}

function toAlert(notification: Notification, story: Story, config: OpsgenieReceiverConfig): object {
  const common = commonLabels(notification.alerts.map(({ labels }) => labels))
  const entity = config.entity ?? serviceOf(common)
  return {
    message: cleanLine(story.title, LONGEST_MESSAGE),
    description: cutText(tellPlainly(story), LONGEST_DESCRIPTION),
    ...(config.responders === undefined ? {} : { responders: config.responders }),
    tags: config.tags ?? [],
    details: toDetails([...common]),
    ...(entity === undefined ? {} : { entity }),
    priority: config.priority ?? OPSGENIE_PRIORITY[worstSeverity(notification.alerts, 'warning')],
  }
}

/** As many labels as all details together may hold. */
function toDetails(labels: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  let size = 0
  const fitting = labels
    .map(([name, value]) => [cleanLine(name, 100), cleanLine(value, 500)] as const)
    .filter(([name, value]) => name !== '' && (size += name.length + value.length) <= LONGEST_DETAILS)
  return Object.fromEntries(fitting)
}
