import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cleanLine } from '../text/clean-text.js'
import { digestOf } from '../text/digest-of.js'
import { tellPlainly } from '../text/plain-story.js'
import { toIsoTime } from '../text/show-time.js'
import { tellStory } from '../text/story.js'
import { encodeHtml } from './encode-html.js'

const LONGEST_SUBJECT = 200
const MOST_ALERTS = 30

/** What a mail says, before it is put into MIME. */
export interface Mail {
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The same for every attempt: by it mail programs know a repeat. */
  readonly messageId: string
  /** The same for every mail about a group: by it mail programs make a thread. */
  readonly thread: string
  readonly date: string
}

/** The mail about a group, as the text that the outbox keeps. */
export function encodeMail(notification: Notification, links: TemplateLinks): Message {
  const story = tellStory(notification, { links, mostAlerts: MOST_ALERTS, longestDetails: 2000 })
  const mail: Mail = {
    subject: cleanLine(story.title, LONGEST_SUBJECT),
    text: `${story.title}\n\n${tellPlainly(story)}\n`,
    html: encodeHtml(story),
    messageId: `<${digestOf(notification.idempotencyKey)}@tracebell.invalid>`,
    thread: `<${digestOf(notification.groupKey)}@tracebell.invalid>`,
    date: toIsoTime(notification.at),
  }
  return { contentType: 'application/json', body: JSON.stringify(mail), facts: {}, leftOut: story.more }
}

/** The mail that `encodeMail` made. */
export function decodeMail(body: string): Mail {
  const mail: Mail = JSON.parse(body)
  return mail
}
