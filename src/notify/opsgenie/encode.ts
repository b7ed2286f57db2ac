import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { RenderNotification } from '../../template/create-notification-renderer.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cleanLine, cleanText, cutText } from '../text/clean-text.js'
import { commonLabels } from '../text/common-labels.js'
import { digestOf } from '../text/digest-of.js'
import { tellPlainly } from '../text/plain-story.js'
import { serviceOf } from '../text/service-of.js'
import { worstSeverity } from '../text/severity.js'
import { type Story, tellStory } from '../text/story.js'
import { createUserText, type UserText } from '../text/user-text.js'
import type { OpsgenieReceiverConfig } from './config.js'
import { OPSGENIE_PRIORITIES, OPSGENIE_PRIORITY } from './priority.js'

/** https://docs.opsgenie.com/docs/alert-api#create-alert: what each field may hold. */
const LONGEST_MESSAGE = 130
const LONGEST_DESCRIPTION = 15_000
const LONGEST_DETAILS = 8000
const LONGEST_DETAIL = 4000
const LONGEST_NOTE = 25_000
const LONGEST_ENTITY = 512
const LONGEST_SOURCE = 100
const LONGEST_TAG = 50
const MOST_ALERTS = 20

export interface OpsgenieOptions {
  readonly links: TemplateLinks
  readonly render: RenderNotification
}

/**
 * A request that makes an alert for a group, or closes it. Its alias is the same for a group, so that Opsgenie counts a
 * repeat instead of making a second alert.
 */
export function encodeOpsgenie(
  notification: Notification,
  config: OpsgenieReceiverConfig,
  options: OpsgenieOptions,
): Message {
  const { links } = options
  const story = tellStory(notification, { links, mostAlerts: MOST_ALERTS, longestDetails: 1000 })
  const alias = digestOf(notification.groupKey)
  const user = createUserText(notification, options)
  const source = user.line(config.source, LONGEST_SOURCE) ?? 'tracebell'
  const isFiring = story.status === 'firing'
  const note = user.lines(config.note, LONGEST_NOTE) ?? cutText(tellPlainly(story), LONGEST_NOTE)
  const body = isFiring
    ? { ...toAlert(notification, story, { config, user }), alias, source }
    : { source, note }
  return {
    contentType: 'application/json',
    body: JSON.stringify(body),
    facts: { action: isFiring ? 'create' : 'close', alias },
    leftOut: story.more,
  }
}

interface Saying {
  readonly config: OpsgenieReceiverConfig
  readonly user: UserText
}

function toAlert(notification: Notification, story: Story, { config, user }: Saying): object {
  const common = commonLabels(notification.alerts.map(({ labels }) => labels))
  const entity = user.line(config.entity, LONGEST_ENTITY) ?? serviceOf(common)
  const priority = user.line(config.priority, LONGEST_TAG)
  const tags = (config.tags ?? []).map((tag) => user.line(tag, LONGEST_TAG))
  return {
    message: user.line(config.message, LONGEST_MESSAGE) ?? cleanLine(story.title, LONGEST_MESSAGE),
    description:
      user.lines(config.description, LONGEST_DESCRIPTION) ?? cutText(tellPlainly(story), LONGEST_DESCRIPTION),
    ...(config.responders === undefined ? {} : { responders: config.responders }),
    tags: tags.filter((tag) => tag !== undefined),
    details: toDetails([...user.each(config.details ?? {}, LONGEST_DETAIL), ...common]),
    ...(entity === undefined ? {} : { entity }),
    priority:
      OPSGENIE_PRIORITIES.find((each) => each === priority) ??
      OPSGENIE_PRIORITY[worstSeverity(notification.alerts, 'warning')],
  }
}

/** As many labels as all details together may hold. */
function toDetails(labels: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  let size = 0
  const fitting = labels
    .map(([name, value]) => [cleanLine(name, 100), cleanText(value, 500)] as const)
    .filter(([name, value]) => name !== '' && (size += name.length + value.length) <= LONGEST_DETAILS)
  // Of two with one name the first counts, which is the user's.
  return Object.fromEntries(fitting.toReversed())
}
