import { z } from 'zod'
import { expecting } from '../../schema/expecting.js'
import { boolean, publicUrl, secretUrl, text } from '../config-parts.js'
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

/** By which way a server is reached. */
const connectionFields = {
  tls_config: tlsSchema.optional(),
  proxy_url: secretUrl('the address of a proxy').describe('Through which the server is reached.').optional(),
  no_proxy: text('a text')
    .describe('What is reached without proxy_url: names, addresses and networks, with commas between them.')
    .optional(),
  proxy_from_environment: boolean
    .describe('Whether HTTP_PROXY, HTTPS_PROXY and NO_PROXY count. Default: false.')
    .optional(),
} as const

type Given = Readonly<Record<string, unknown>>

function checkProxy(given: Given, context: z.RefinementCtx): void {
  oneOf(['proxy_url', 'proxy_from_environment'], { optional: true })(given, context)
  if (given['no_proxy'] === undefined || given['proxy_url'] !== undefined) return
  context.addIssue({ code: 'custom', path: ['no_proxy'], message: 'nothing, but with proxy_url' })
}

/** How a service is reached that has credentials of its own. */
export const connectionSchema = z
  .strictObject(connectionFields, { error: expecting('a mapping') })
  .superRefine(checkProxy)

export type ConnectionConfig = z.output<typeof connectionSchema>

const MOST_PARAMETERS = 50

const oauth2 = z
  .strictObject(
    {
      client_id: secretText('a client id'),
      client_secret: secretText('a client secret').optional(),
      client_secret_file: secretFile('a client secret').optional(),
      token_url: publicUrl.describe('Where tokens are given for client credentials.'),
      scopes: z.array(text('a scope'), { error: 'a list of scopes' }).max(MOST_PARAMETERS).optional(),
      endpoint_params: z
        .record(text('a name'), secretText('a text'), { error: 'a mapping of names and texts' })
        .describe('What is asked for besides, such as an audience.')
        .optional(),
      ...connectionFields,
    },
    { error: expecting('a mapping with client_id, client_secret and token_url') },
  )
  .superRefine(oneOf(['client_secret', 'client_secret_file']))
  .superRefine(checkProxy)

export type OAuth2Config = z.output<typeof oauth2>

/** How an HTTP server is spoken to, in Alertmanager's words. */
export const httpSchema = z
  .strictObject(
    {
      basic_auth: basicAuth.optional(),
      authorization: authorization.optional(),
      oauth2: oauth2.describe('Tokens for client credentials (RFC 6749, 4.4).').optional(),
      headers: z
        .record(headerName, secretText('a text'), { error: 'a mapping of names and texts' })
        .describe('Further headers of every request.')
        .optional(),
      ...connectionFields,
    },
    { error: expecting('a mapping') },
  )
  .superRefine(oneOf(['basic_auth', 'authorization', 'oauth2'], { optional: true }))
  .superRefine(checkProxy)

export type HttpConfig = z.output<typeof httpSchema>
