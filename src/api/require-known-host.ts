import { isLoopbackIPv4 } from './is-loopback-ipv4.js'
import type { Handler } from './listen.js'

export interface KnownHosts {
  /** The listener's own address. */
  readonly own: string
  /** Further names by which people reach it; `*` stands for all. */
  readonly allowed: readonly string[]
}

export interface KnownHostOptions {
  /** Paths that are answered whatever a request names. */
  readonly open?: readonly string[]
  /** Is told of each request that is refused. It must not throw. */
  readonly onRefused?: () => void
}

/**
 * Names of this machine, for itself and for what runs in containers on it. Nobody else can have them in the public DNS:
 * `localhost` and `internal` are reserved.
 */
const OWN_NAMES = /^(?:(?:[^.]+\.)*localhost|\[::1\]|(?:host|gateway)\.(?:docker|containers|lima)\.internal)$/

/** Whether a host in an address, without a port, means this machine only. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || isLoopbackIPv4(host)
}

/**
 * Lets only those requests through that name this machine, so that no page of somebody else's can have a browser ask a
 * listener that is open to everybody here, by a name that it has made to mean this machine (DNS rebinding) or by a form. It
 * looks at `host`, and at `origin` where a browser says it; the others get 403.
 */
export function requireKnownHost(
  { own, allowed }: KnownHosts,
  handler: Handler,
  { open = [], onRefused = () => {} }: KnownHostOptions = {},
): Handler {
  if (allowed.includes('*')) return handler
  const names = new Set([own, ...allowed].map((name) => normalize(bracketed(name))))
  const isKnown = (host: string | undefined): boolean =>
    host !== undefined && (OWN_NAMES.test(host) || isLoopbackIPv4(host) || names.has(host))
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? ''
    const { host, origin } = request.headers
    // No browser leaves out the host.
    const isRight =
      (host === undefined || isKnown(hostOf(host))) && (origin === undefined || isKnown(originOf(origin)))
    if (isRight || open.includes(path)) return handler(request, response)
    onRefused()
    response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' })
    response.end(describeRefusal(isKnown(hostOf(host ?? 'localhost')) ? 'origin' : 'host'))
    request.resume()
  }
}

/** Nothing of the request is quoted. */
function describeRefusal(header: 'host' | 'origin'): string {
  return `the ${header} of this request is none that tracebell knows: without TRACEBELL_TOKEN it answers only to localhost, 127.0.0.1 and [::1], and to the names in TRACEBELL_ALLOWED_HOSTS\n`
}

/** `name:9320` without its port. */
function hostOf(header: string): string | undefined {
  const [, host] = /^(\[[^\]]*\]|[^:]*)(?::\d{1,5})?$/.exec(header) ?? []
  return host === undefined ? undefined : normalize(host)
}

/** Of `null`, which a page says that hides where it comes from, there is none. */
function originOf(header: string): string | undefined {
  return URL.canParse(header) ? normalize(new URL(header).hostname) : undefined
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/** Names are the same in any case, and with the dot of the root. */
function normalize(host: string): string {
  return host.toLowerCase().replace(/\.$/, '')
}
