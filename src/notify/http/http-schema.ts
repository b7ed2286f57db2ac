import { z } from 'zod'
import { expecting } from '../../schema/expecting.js'
import { boolean, text } from '../config-parts.js'
import { oneOf, secretFile, secretText } from '../secret/secret-schema.js'

/** What must not be set by users: what delivery itself says, and what belongs to the connection. */
const TAKEN =
  /^(?:content-(?:type|length|encoding)|authorization|idempotency-key|webhook-(?:id|timestamp|signature)|host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|proxy-.*)$/i
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/

const headerName = z
  .string()
  .regex(HEADER_NAME, { error: 'the name of a header' })
  .refine((name) => !TAKEN.test(name), { error: 'a header that is not set by delivery itself' })

export const tlsSchema = z.strictObject(
  {
    ca_file: text('a path').describe('Certificates to trust, instead of those of the system.').optional(),
    cert_file: text('a path').describe("The client's certificate.").optional(),
    key_file: text('a path').describe("The client's key.").optional(),
    server_name: text('a host name').optional(),
    insecure_skip_verify: boolean.describe('Whether any certificate will do. Default: false.').optional(),
  },
  { error: expecting('a mapping') },
)

const basicAuth = z
  .strictObject(
    {
      username: secretText('a user name'),
      password: secretText('a password').optional(),
      password_file: secretFile('a password').optional(),
    },
    { error: expecting('a mapping') },
  )
  .superRefine(oneOf(['password', 'password_file']))

const authorization = z
  .strictObject(
    {
      type: text('a word such as Bearer')
        .regex(/^[A-Za-z][A-Za-z0-9-]{0,30}$/, { error: 'a word such as Bearer' })
        .describe('Default: Bearer.')
        .optional(),
      credentials: secretText('credentials').optional(),
      credentials_file: secretFile('credentials').optional(),
    },
    { error: expecting('a mapping') },
  )
  .superRefine(oneOf(['credentials', 'credentials_file']))

/** How an HTTP server is spoken to, in Alertmanager's words. */
export const httpSchema = z
  .strictObject(
    {
      basic_auth: basicAuth.optional(),
      authorization: authorization.optional(),
      headers: z
        .record(headerName, secretText('a text'), { error: 'a mapping of names and texts' })
        .describe('Further headers of every request.')
        .optional(),
      tls_config: tlsSchema.optional(),
    },
    { error: expecting('a mapping') },
  )
  .superRefine(oneOf(['basic_auth', 'authorization'], { optional: true }))

export type HttpConfig = z.output<typeof httpSchema>
