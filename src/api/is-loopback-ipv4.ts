import { isIPv4 } from 'node:net'

/** Only what is an address for every resolver: `127.999.999.999` is a name, which somebody may have in a DNS of theirs. */
export function isLoopbackIPv4(host: string): boolean {
  return host.startsWith('127.') && isIPv4(host)
}
