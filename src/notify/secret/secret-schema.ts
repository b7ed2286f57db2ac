import { z } from 'zod'
import { Secret } from './secret.js'

/** A secret in the configuration, or a text with `${NAME}` in it. It is never quoted. */
export function secretText(what: string) {
  const expected = `${what} in quotes, or \${VARIABLE}`
  return z
    .string({ error: expected })
    .min(1, { error: expected })
    .max(4096, { error: `${what} of at most 4,096 characters` })
    .transform((text) => Secret.ofText(text))
}

/** The path of a file with a secret. */
export function secretFile(what: string) {
  const expected = `the path of a file with ${what}`
  return z
    .string({ error: expected })
    .min(1, { error: expected })
    .transform((path) => Secret.ofFile(path))
}

type Given = Readonly<Record<string, unknown>>

/**
 * A check of a mapping: that of these keys there is just one, or, where `optional`, at most one. The keys are those of one
 * secret, as itself and as a file.
 */
export function oneOf(keys: readonly [string, ...string[]], { optional = false } = {}) {
  return (given: Given, context: z.RefinementCtx): void => {
    const found = keys.filter((key) => given[key] !== undefined)
    if (found.length === 1 || (optional && found.length === 0)) return
    const [first] = keys
    context.addIssue({
      code: 'custom',
      path: found.length === 0 ? [] : [found[1] ?? first],
      message: `${optional ? 'at most' : 'just'} one of ${keys.join(', ')}`,
    })
  }
}
