import type { Handler } from './listen.js'
import { requireAccess, type Access } from './require-access.js'
import { isLoopbackHost, requireKnownHost } from './require-known-host.js'

export interface GuardOptions extends Access {
  /** The host that is listened on. */
  readonly host: string
  /** Further names by which people reach it. */
  readonly allowedHosts: readonly string[]
  /** Paths that everybody may ask. */
  readonly open?: readonly string[]
  /** Is told of each request without the right credentials. It must not throw. */
  readonly onUnauthorized: () => void
  /** Is told of each request that names another host. It must not throw. */
  readonly onForeignHost: () => void
}

/**
 * Lets through who may ask: those with credentials, where there are any; else, on loopback, those who name this machine.
 * Whoever listens elsewhere without credentials has said that everybody may.
 */
export function guard(handler: Handler, options: GuardOptions): Handler {
  const { token, basic, host, allowedHosts, open = [] } = options
  const isProtected = token !== undefined || basic !== undefined
  if (isProtected) return requireAccess(options, handler, { open, onRefused: options.onUnauthorized })
  if (!isLoopbackHost(host)) return handler
  return requireKnownHost({ own: host, allowed: allowedHosts }, handler, {
    open,
    onRefused: options.onForeignHost,
  })
}
