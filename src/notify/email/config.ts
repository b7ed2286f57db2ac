import { isIPv4 } from 'node:net'
import { z } from 'zod'
import { expecting } from '../../schema/expecting.js'
import { boolean, sendResolved, template, timeout } from '../config-parts.js'
import { tlsSchema } from '../http/http-schema.js'
import { oneOf, secretFile, secretText } from '../secret/secret-schema.js'

/** `host:port`, `[v6]:port`. */
const SMARTHOST = /^(?:\[[0-9a-fA-F:.]{2,45}\]|[^\s:[\]]{1,253}):\d{1,5}$/
const ADDRESS_EXPECTED = 'a mail address such as alerts@example.com or Alerts <alerts@example.com>'
const ADDRESS =
  /^[^\s<>@,;"]{1,64}@[^\s<>@,;"]{1,253}$|^[^<>@,;"\p{Cc}]{1,100} <[^\s<>@,;"]{1,64}@[^\s<>@,;"]{1,253}>$/u
const MOST_RECIPIENTS = 50
/** What is made here must not be set by hand; and Bcc would not be one. */
const TAKEN = /^(?:from|to|cc|bcc|subject|date|message-id|in-reply-to|references|mime-version|content-.*)$/i
const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,75}$/
const HEADER_VALUE = /^[\x20-\x7e]{1,900}$/

const address = z.string({ error: ADDRESS_EXPECTED }).regex(ADDRESS, { error: ADDRESS_EXPECTED })

/** One of the `email_configs` of a receiver. */
export const emailSchema = z
  .strictObject(
    {
      to: z
        .union([address.transform((one) => [one]), z.array(address).min(1).max(MOST_RECIPIENTS)], {
          error: `${ADDRESS_EXPECTED}, or a list of up to ${MOST_RECIPIENTS}`,
        })
        .describe('Who gets the mail.'),
      from: address,
      smarthost: z
        .string({ error: 'host:port, such as mail.example.com:587' })
        .regex(SMARTHOST, { error: 'host:port, such as mail.example.com:587' })
        .describe('The mail server.'),
      force_implicit_tls: boolean
        .describe('Whether TLS begins at once, and not by STARTTLS. Default: with port 465.')
        .optional(),
      hello: z
        .string({ error: 'a host name' })
        .regex(/^[A-Za-z0-9.:[\]-]{1,253}$/, { error: 'a host name' })
        .describe('What it is greeted with. Default: localhost.')
        .optional(),
      auth_username: secretText('a user name').optional(),
      auth_password: secretText('a password').optional(),
      auth_password_file: secretFile('a password').optional(),
      require_tls: boolean.describe('Whether mail goes out over TLS only. Default: true.').optional(),
      tls_config: tlsSchema.optional(),
      headers: z
        .record(
          z
            .string()
            .regex(HEADER_NAME, { error: 'the name of a header' })
            .refine((name) => !TAKEN.test(name), { error: 'a header that is not made by tracebell itself' }),
          z.string({ error: 'a text' }).regex(HEADER_VALUE, { error: 'a line of ASCII' }),
          { error: 'a mapping of names and texts' },
        )
        .optional(),
      subject: template().describe('Liquid. Default: how many fire, and their name.').optional(),
      text: template()
        .describe('The mail as text. Liquid. Without html beside it the mail has no other form.')
        .optional(),
      html: template()
        .describe('The mail as HTML. Liquid, in which values are shown as they are.')
        .optional(),
      send_resolved: sendResolved.optional(),
      timeout: timeout.describe('How long an attempt may take. Default: 30s.').optional(),
    },
    { error: expecting('a mapping with to, from and smarthost') },
  )
  .superRefine(oneOf(['auth_password', 'auth_password_file'], { optional: true }))
  .superRefine((config, context) => {
    const hasPassword = config.auth_password !== undefined || config.auth_password_file !== undefined
    if ((config.auth_username !== undefined) === hasPassword) return
    context.addIssue({
      code: 'custom',
      path: [],
      message: 'auth_username and auth_password together, or neither',
    })
  })
  .superRefine((config, context) => {
    const isBare = config.require_tls === false && !isLoopback(config.smarthost)
    if (!isBare || config.auth_username === undefined) return
    context.addIssue({
      code: 'custom',
      path: ['require_tls'],
      message: 'true, as a password must not cross the network without TLS',
    })
  })

function isLoopback(smarthost: string): boolean {
  const host = smarthost.slice(0, smarthost.lastIndexOf(':'))
  return host === 'localhost' || host === '[::1]' || (host.startsWith('127.') && isIPv4(host))
}

export type EmailReceiverConfig = z.output<typeof emailSchema>
