import { digestOf } from '../text/digest-of.js'
import type { EmailReceiverConfig } from './config.js'
import type { Mail } from './mail.js'

/** The mail in MIME, as the server gets it: always the same bytes for the same mail. */
export async function composeMail(
  mail: Mail,
  { from, to, headers = {} }: EmailReceiverConfig,
): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const composer = new MailComposer({
    from,
    to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: mail.messageId,
    inReplyTo: mail.thread,
    references: [mail.thread],
    date: new Date(mail.date),
    headers: { ...headers, 'Auto-Submitted': 'auto-generated' },
    baseBoundary: digestOf(mail.messageId).slice(0, 16),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}
