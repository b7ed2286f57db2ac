import type { Attributes } from '../../../model/attributes.js'
import type { Span } from '../../../model/span.js'
import { shortText } from './short-text.js'

/** Where OpenTelemetry's semantic conventions, new and old, name who is called; the first one that is there counts. */
const PEER_KEYS = [
  'peer.service',
  'server.address',
  'net.peer.name',
  'rpc.service',
  'messaging.destination.name',
  'db.system.name',
  'db.system',
]

/**
 * Who a span of kind client or producer calls, as it tells itself: the name of a known service where the address begins with
 * one, as in `cart.shop.svc.cluster.local`, else the address. Empty where it does not say.
 */
export function peerOf({ attributes }: Span, isService: (name: string) => boolean): string {
  const address = firstText(attributes, PEER_KEYS)
  if (address === undefined) return ''
  if (isService(address)) return address
  const host = address.slice(0, lengthOfHost(address))
  return isService(host) ? host : address
}

function lengthOfHost(address: string): number {
  const end = address.search(/[.:]/)
  return end < 0 ? address.length : end
}

function firstText(attributes: Attributes, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = attributes.get(key)
    if (typeof value === 'string' && value !== '') return shortText(value)
  }
  return undefined
}
