import type { AccessConfig } from './read-access.js'

/** The `authorization` header with which a client of our own comes in; undefined where it needs none. */
export function toAuthorization({ token, basic }: AccessConfig): string | undefined {
  if (token !== undefined) return `Bearer ${token}`
  if (basic === undefined) return undefined
  return `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}`
}
