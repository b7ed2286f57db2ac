import { SECOND_MS } from '../../model/time.js'
import { createHttpClient, type HttpClient } from './http-client.js'
import { readTls, type TlsConfig } from './read-tls.js'
import type { NotifierSurroundings } from '../notifier.js'

/** How long an attempt may take where the user says nothing. */
export const DEFAULT_TIMEOUT_MS = 5 * SECOND_MS

/** The HTTP client of one integration. Throws where a file of its TLS cannot be read. */
export function createClient(
  { clock, untraced, userAgent, secrets }: NotifierSurroundings,
  { timeoutMs = DEFAULT_TIMEOUT_MS, tls }: { timeoutMs?: number | undefined; tls?: TlsConfig | undefined },
): HttpClient {
  return createHttpClient({ clock, untraced, userAgent, timeoutMs, tls: readTls(tls, secrets.folder) })
}
