import { RE2JS } from 're2js'
import { InputError } from '../query/input-error.js'

/** Which tests are run: those in whose name an expression is found. Throws an `InputError` for one that is none. */
export function readRun(text: string | undefined): (name: string) => boolean {
  if (text === undefined) return () => true
  try {
    const pattern = RE2JS.compile(text)
    return (name) => pattern.matcher(name).find()
  } catch {
    throw new InputError(`--run: found ${JSON.stringify(text)}, expected a regular expression (RE2)`)
  }
}
