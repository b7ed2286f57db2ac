import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { RenderNotification } from '../../template/create-notification-renderer.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cleanLine } from '../text/clean-text.js'
import { digestOf } from '../text/digest-of.js'
import { tellPlainly } from '../text/plain-story.js'
import { toIsoTime } from '../text/show-time.js'
import { type Story, tellStory } from '../text/story.js'
import { createUserText } from '../text/user-text.js'
import type { EmailReceiverConfig } from './config.js'
import { encodeHtml } from './encode-html.js'
import { escapeHtml } from './escape-html.js'

const LONGEST_SUBJECT = 200
const MOST_ALERTS = 30
const LONGEST_BODY = 65_536

/** What a mail says, before it is put into MIME. */
export interface Mail {
  readonly subject: string
  readonly text: string
  /** Undefined where the mail is only text. */
  readonly html?: string | undefined
  /** The same for every attempt: by it mail programs know a repeat. */
  readonly messageId: string
  /** The same for every mail about a group: by it mail programs make a thread. */
  readonly thread: string
  readonly date: string
}

type Settings = Pick<EmailReceiverConfig, 'subject' | 'text' | 'html'>

export interface MailOptions {
  readonly links: TemplateLinks
  readonly render: RenderNotification
}

/** The mail about a group, as the text that the outbox keeps. */
export function encodeMail(notification: Notification, settings: Settings, options: MailOptions): Message {
  const { links } = options
  const story = tellStory(notification, { links, mostAlerts: MOST_ALERTS, longestDetails: 2000 })
  const user = createUserText(notification, options)
  const mail: Mail = {
    subject: user.line(settings.subject, LONGEST_SUBJECT) ?? cleanLine(story.title, LONGEST_SUBJECT),
    ...toBodies(story, notification, { settings, options }),
    messageId: `<${digestOf(notification.idempotencyKey)}@tracebell.invalid>`,
    thread: `<${digestOf(notification.groupKey)}@tracebell.invalid>`,
    date: toIsoTime(notification.at),
  }
  return { contentType: 'application/json', body: JSON.stringify(mail), facts: {}, leftOut: story.more }
}

interface Saying {
  readonly settings: Settings
  readonly options: MailOptions
}

/** Programs show HTML where there is any: a text of the user's stands alone unless he has written both. */
function toBodies(
  story: Story,
  notification: Notification,
  { settings, options }: Saying,
): Pick<Mail, 'text' | 'html'> {
  const text = createUserText(notification, options).lines(settings.text, LONGEST_BODY)
  const escaping = createUserText(notification, { ...options, escape: escapeHtml })
  const html = escaping.lines(settings.html, LONGEST_BODY)
  if (text !== undefined) return { text: `${text}\n`, html }
  return { text: `${story.title}\n\n${tellPlainly(story)}\n`, html: html ?? encodeHtml(story) }
}

/** The mail that `encodeMail` made. */
export function decodeMail(body: string): Mail {
  const mail: Mail = JSON.parse(body)
  return mail
}
