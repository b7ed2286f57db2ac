import { BlockList, isIP } from 'node:net'

/** Through which proxies servers are reached. */
export interface ProxyRules {
  readonly http: string | undefined
  readonly https: string | undefined
  /** What is reached directly, as `NO_PROXY` has it: names, addresses and networks with commas between them. */
  readonly noProxy: string
  /** Whether this machine itself is reached directly, whatever `noProxy` says. */
  readonly sparesLoopback: boolean
}

/** The rules of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in capitals or not. */
export function readProxyVariables(environment: Readonly<Record<string, string | undefined>>): ProxyRules {
  const read = (name: string): string | undefined => {
    const found = [name, name.toLowerCase()].map((each) =>
      Object.hasOwn(environment, each) ? environment[each]?.trim() : undefined,
    )
    return found.find((text) => text !== undefined && text !== '')
  }
  return {
    http: read('HTTP_PROXY'),
    https: read('HTTPS_PROXY'),
    noProxy: read('NO_PROXY') ?? '',
    sparesLoopback: true,
  }
}

/** The address of the proxy for a server; undefined where it is reached directly. */
export function findProxy(url: URL, rules: ProxyRules): string | undefined {
  const proxy = url.protocol === 'https:' ? rules.https : rules.http
  const host = url.hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  if (proxy === undefined || (rules.sparesLoopback && isLoopback(host))) return undefined
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  const spared = rules.noProxy.split(',').map((entry) => entry.trim().toLowerCase())
  if (spared.some((entry) => entry !== '' && covers(entry, host, port))) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

function isLoopback(host: string): boolean {
  return host === 'localhost' || isWithin(LOOPBACK, host)
}

/** Whether an entry such as `example.com`, `.example.com:8080`, `10.0.0.0/8`, `[::1]:80` or `*` means this server. */
function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isInNetwork(entry, host)
  const [, bracketed, named, wanted] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [undefined, entry]
  if (wanted !== undefined && wanted !== port) return false
  const name = bracketed ?? named ?? ''
  if (isIP(name) !== 0) return name === host
  const bare = name.replace(/^\*?\./, '')
  return bare !== '' && (host.endsWith(`.${bare}`) || (host === bare && bare === name))
}

function isInNetwork(entry: string, host: string): boolean {
  const [, address = '', bits = ''] = /^(.*)\/(\d{1,3})$/.exec(entry) ?? []
  const family = isIP(address)
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return false
  const network = new BlockList()
  network.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return isWithin(network, host)
}

function isWithin(list: BlockList, host: string): boolean {
  const family = isIP(host)
  return family !== 0 && list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}
