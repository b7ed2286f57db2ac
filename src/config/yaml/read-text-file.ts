import { readFileSync, statSync } from 'node:fs'
import { describeFileError } from '../../model/describe-file-error.js'

const MOST_BYTES = 8 * 1024 * 1024

/** The text of a file, or why there is none. */
export function readTextFile(path: string): { readonly text: string } | { readonly problem: string } {
  try {
    const stat = statSync(path)
    // To open a pipe or a device may wait for ever.
    if (!stat.isFile()) return { problem: 'found something else, expected a file' }
    if (stat.size > MOST_BYTES)
      return { problem: `a file of ${stat.size} bytes; the longest that is read is ${MOST_BYTES}` }
    return decode(readFileSync(path))
  } catch (error) {
    return { problem: describeFileError(error) }
  }
}

function decode(bytes: Uint8Array): { readonly text: string } | { readonly problem: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { problem: 'found bytes that are no UTF-8, expected a text' }
  }
}
