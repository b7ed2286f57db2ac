import { Pool, ProxyAgent, type Dispatcher } from 'undici'
import { authorizationOf } from './basic-authorization.js'
import type { TlsOptions } from './read-tls.js'

/** The connections through proxies, by the address of each. */
export interface Proxies {
  /** Those through this proxy. */
  through(proxy: URL): Dispatcher
  close(): Promise<void>
}

export interface ProxiesOptions {
  /** For a connection, and for the answer of a proxy to CONNECT. */
  readonly timeoutMs: number
  readonly tls: TlsOptions | undefined
}

/** A server is reached through one proxy, or after a change of its password through another. */
const MOST_PROXIES = 4

export function createProxies({ timeoutMs, tls = {} }: ProxiesOptions): Proxies {
  const agents = new Map<string, ProxyAgent>()

  function make(proxy: URL): ProxyAgent {
    const [oldest] = agents
    if (oldest !== undefined && agents.size >= MOST_PROXIES) {
      agents.delete(oldest[0])
      void oldest[1].close()
    }
    const { ca, rejectUnauthorized } = tls
    const token = authorizationOf(proxy)
    return new ProxyAgent({
      uri: proxy.origin,
      ...(token === undefined ? {} : { token }),
      // To a server without TLS requests go as a proxy expects them, else through a tunnel.
      proxyTunnel: false,
      requestTls: { ...tls, timeout: timeoutMs },
      proxyTls: {
        ...(ca === undefined ? {} : { ca }),
        ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
        timeout: timeoutMs,
      },
      // A proxy that never answers holds its connection no longer than a message does.
      clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: timeoutMs }),
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  return {
    through: (proxy) => {
      const agent = agents.get(proxy.href) ?? make(proxy)
      agents.set(proxy.href, agent)
      return agent
    },
    close: async () => void (await Promise.all([...agents.values()].map((agent) => agent.destroy()))),
  }
}
