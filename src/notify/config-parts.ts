import { z } from 'zod'
import { parseDurationMs } from '../model/duration.js'
import { MINUTE_MS } from '../model/time.js'
import { isHttpUrl } from './http/is-http-url.js'
import { secretText } from './secret/secret-schema.js'

export function text(error: string) {
  return z.string({ error }).min(1, { error })
}

export const boolean = z.boolean({ error: 'true or false' })

const TIMEOUT_EXPECTED = 'a duration from 1ms to 10m, such as 5s'
const LONGEST_TIMEOUT_MS = 10 * MINUTE_MS

/** How long a delivery may take; in milliseconds. */
export const timeout = z
  .string({ error: TIMEOUT_EXPECTED })
  .transform((written, context): number => {
    const ms = parseDurationMs(written) ?? 0
    if (ms >= 1 && ms <= LONGEST_TIMEOUT_MS) return ms
    context.addIssue({ code: 'custom', message: TIMEOUT_EXPECTED })
    return z.NEVER
  })
  .describe('How long an attempt may take. Default: 5s.')

export const sendResolved = boolean.describe('Whether the ends of alerts are told.')

/** An http or https address that may hold secrets. */
export function secretUrl(what: string) {
  return z
    .string({ error: what })
    .refine((written) => written.includes('${') || isHttpUrl(written), {
      error: `${what}, beginning with http:// or https://`,
    })
    .pipe(secretText(what))
}

/** An http or https address that may be shown. */
export const publicUrl = z
  .string({ error: 'an http:// or https:// address' })
  .refine((written) => isHttpUrl(written) && !hasCredentials(written), {
    error: 'an http:// or https:// address without user name and password',
  })
  .transform((written) => new URL(written))

function hasCredentials(written: string): boolean {
  const { username, password } = new URL(written)
  return username !== '' || password !== ''
}
