import { z } from 'zod'

/** What reading a text came to: a value, or what was expected in its place. */
export type Parsed<T> = { readonly value: T } | { readonly expected: string }

/** A text that a function reads; what it expected is what faults say. The text itself is kept. */
export function readable(read: (text: string) => Parsed<unknown>, error: string) {
  return z.string({ error }).superRefine((text, context) => {
    const parsed = read(text)
    if ('expected' in parsed) context.addIssue({ code: 'custom', message: parsed.expected })
  })
}
