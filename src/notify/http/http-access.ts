import { DeliveryError } from '../delivery-error.js'
import type { Secret, SecretReader } from '../secret/secret.js'
import { basicAuthorization } from './basic-authorization.js'
import type { HttpConfig } from './http-schema.js'
import { isHttpUrl } from './is-http-url.js'

/** Headers with secrets in them, and the secrets, so that errors can be kept free of them. */
export interface HttpAccess {
  readonly headers: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
}

const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Reads what an HTTP server wants to see. Throws a `DeliveryError` where a secret is missing or no text for a header. */
export async function readAccess(config: HttpConfig | undefined, reader: SecretReader): Promise<HttpAccess> {
  const [authorization, others] = await Promise.all([
    readAuthorization(config, reader),
    Promise.all(
      Object.entries(config?.headers ?? {}).map(async ([name, secret]) => readHeader(name, secret, reader)),
    ),
  ])
  const headers = Object.fromEntries([...authorization.headers, ...others])
  return { headers, secrets: [...authorization.secrets, ...others.map(([, value]) => value)] }
}

type Header = readonly [name: string, value: string]

async function readHeader(name: string, secret: Secret, reader: SecretReader): Promise<Header> {
  return [name.toLowerCase(), checkHeader(name, await secret.read(reader))]
}

async function readAuthorization(
  config: HttpConfig | undefined,
  reader: SecretReader,
): Promise<{ readonly headers: readonly Header[]; readonly secrets: readonly string[] }> {
  const { basic_auth: basic, authorization } = config ?? {}
  if (basic !== undefined) {
    const username = await basic.username.read(reader)
    const password = await readEither(basic.password, basic.password_file, reader)
    const value = basicAuthorization(username, password)
    return { headers: [['authorization', value]], secrets: [password, `${username}:${password}`] }
  }
  if (authorization === undefined) return { headers: [], secrets: [] }
  const { type = 'Bearer', credentials, credentials_file: file } = authorization
  const secret = checkHeader('Authorization', await readEither(credentials, file, reader))
  return { headers: [['authorization', `${type} ${secret}`]], secrets: [secret] }
}

/** A secret that is given either as itself or as a file. */
export async function readEither(
  secret: Secret | undefined,
  file: Secret | undefined,
  reader: SecretReader,
): Promise<string> {
  const given = secret ?? file
  if (given !== undefined) return given.read(reader)
  throw new DeliveryError('a secret is missing', { reason: 'secret', retryable: true })
}

function checkHeader(name: string, value: string): string {
  if (HEADER_VALUE.test(value)) return value
  throw new DeliveryError(`the secret for the header ${name} is no text for a header`, {
    reason: 'secret',
    retryable: true,
  })
}

/** An address that is a secret. Throws a `DeliveryError`, without it, where it is none. */
export async function readUrl(
  url: Secret | undefined,
  file: Secret | undefined,
  reader: SecretReader,
): Promise<URL> {
  const written = await readEither(url, file, reader)
  if (isHttpUrl(written)) return new URL(written)
  throw new DeliveryError('the address is none that begins with http:// or https://', {
    reason: 'secret',
    retryable: true,
  })
}
