import { DeliveryError } from '../delivery-error.js'
import type { SecretReader } from '../secret/secret.js'
import { findProxy, readProxyVariables, type ProxyRules } from './find-proxy.js'
import type { ConnectionConfig } from './http-schema.js'
import { isHttpUrl } from './is-http-url.js'

/** The proxy through which a server is reached; undefined for none. Throws a `DeliveryError` where its address is none. */
export async function readProxy(
  config: ConnectionConfig | undefined,
  url: URL,
  reader: SecretReader,
): Promise<URL | undefined> {
  const rules = await readRules(config, reader)
  const proxy = rules === undefined ? undefined : findProxy(url, rules)
  if (proxy === undefined) return undefined
  if (isHttpUrl(proxy)) return new URL(proxy)
  throw new DeliveryError('the address of the proxy is none that begins with http:// or https://', {
    reason: 'secret',
    retryable: true,
  })
}

async function readRules(
  config: ConnectionConfig | undefined,
  reader: SecretReader,
): Promise<ProxyRules | undefined> {
  if (config?.proxy_from_environment === true) return readProxyVariables(reader.environment)
  const proxy = await config?.proxy_url?.read(reader)
  if (proxy === undefined) return undefined
  return { http: proxy, https: proxy, noProxy: config?.no_proxy ?? '', sparesLoopback: false }
}
