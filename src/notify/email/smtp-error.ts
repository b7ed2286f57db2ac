import type { NodemailerError } from 'nodemailer/lib/errors'
import { DeliveryError, type DeliveryReason } from '../delivery-error.js'
import { hideSecrets } from '../secret/hide-secrets.js'
import { cleanLine } from '../text/clean-text.js'

const LONGEST_QUOTE = 200

/**
 * What went wrong with a mail, and whether it may be taken later: after replies of 4xx it may, after those of 5xx never (RFC
 * 5321, 4.2.1). A server that will not speak TLS may be somebody in between.
 */
export function describeSmtpError(
  thrown: unknown,
  auth: { readonly user: string; readonly pass: string } | undefined,
): DeliveryError {
  const error: Partial<NodemailerError> = thrown instanceof Error ? thrown : {}
  const secrets = auth === undefined ? [] : [auth.pass, `\0${auth.user}\0${auth.pass}`]
  const words = cleanLine(hideSecrets(error.message ?? 'unknown error', secrets), LONGEST_QUOTE)
  return new DeliveryError(`mail server: ${words}`, {
    reason: toReason(error),
    retryable: error.permanent !== true || error.command === 'STARTTLS',
  })
}

function toReason({ code, command, permanent, responseCode }: Partial<NodemailerError>): DeliveryReason {
  if (code === 'EAUTH' || code === 'ENOAUTH') return permanent === false ? 'server_error' : 'unauthorized'
  if (code === 'ETIMEDOUT') return 'timeout'
  if (responseCode === undefined || command === 'STARTTLS') return 'network'
  return permanent === true ? 'client_error' : 'server_error'
}
