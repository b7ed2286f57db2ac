import { z } from 'zod'
import { parseDurationMs } from '../model/duration.js'
import { MINUTE_MS } from '../model/time.js'
import { checkNotificationTemplate } from '../template/check-template.js'
import { isHttpUrl } from './http/is-http-url.js'
import { secretText } from './secret/secret-schema.js'
import { isTemplate } from './text/is-template.js'

export function text(error: string) {
  return z.string({ error }).min(1, { error })
}

const LONGEST_TEMPLATE = 8192

/** A text of the user's own. All that can be known to be wrong with it is told. */
export function template(what = 'a template') {
  return text(what)
    .max(LONGEST_TEMPLATE, { error: `${what} of at most ${LONGEST_TEMPLATE} characters` })
    .superRefine((written, context) => {
      for (const { problem } of checkNotificationTemplate(written)) {
        context.addIssue({ code: 'custom', message: `${what} without faults: ${problem}` })
      }
    })
}

/** A template, or one of these words as it stands. */
export function wordOrTemplate(words: readonly string[]) {
  const what = `one of ${words.join(', ')}, or a template that makes one`
  return template(what).refine((written) => isTemplate(written) || words.includes(written), {
    error: what,
  })
}

const MOST_DETAILS = 50

/** Names and templates of their values. */
export const details = z
  .record(text('a name').max(100, { error: 'a name of at most 100 characters' }), template('a text'), {
    error: 'a mapping of names and texts',
  })
  .refine((given) => Object.keys(given).length <= MOST_DETAILS, { error: `at most ${MOST_DETAILS}` })

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
