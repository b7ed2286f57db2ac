import type { Timestamp } from '../../model/time.js'

/** What has never happened, in the words of Go. */
const NEVER = '0001-01-01T00:00:00Z'

/** A moment as Prometheus writes it: RFC 3339, in UTC. */
export function encodeTime(at: Timestamp | undefined): string {
  return at === undefined ? NEVER : new Date(at).toISOString()
}
