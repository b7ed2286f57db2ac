import { createHash } from 'node:crypto'

/** A short name for a text of any length and content, always the same: 64 hex digits. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
