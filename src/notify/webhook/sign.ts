import { createHmac } from 'node:crypto'
import { SECOND_MS, type Timestamp } from '../../model/time.js'
import { digestOf } from '../text/digest-of.js'

const ID = /^[A-Za-z0-9_-]{1,128}$/
const PREFIX = 'whsec_'

/**
 * The headers of Standard Webhooks (https://www.standardwebhooks.com): who the message is, when this attempt is made, and
 * an HMAC over both and the body for each secret. Several secrets, separated by white space, let a receiver change from
 * one to the next. A secret is base64, with or without `whsec_`.
 */
export function signWebhook(
  message: { readonly idempotencyKey: string; readonly body: string },
  secrets: string,
  now: Timestamp,
): Readonly<Record<string, string>> {
  // A full stop in the id would make it unclear where it ends.
  const id = ID.test(message.idempotencyKey) ? message.idempotencyKey : digestOf(message.idempotencyKey)
  const timestamp = String(Math.floor(now / SECOND_MS))
  const signatures = splitSecrets(secrets).map((secret) => {
    const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64')
    const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.${message.body}`)
    return `v1,${hmac.digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

function splitSecrets(secrets: string): readonly string[] {
  return secrets.split(/\s+/).filter((secret) => secret !== '')
}
