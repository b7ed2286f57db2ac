import { isIPv6 } from 'node:net'

/** Reads a value out of a variable's text, or says what was expected instead. */
export type Parser<T> = (text: string) => Parsed<T>
export type Parsed<T> =
  | { readonly value: T }
  | { readonly expected: string; readonly parts?: readonly FaultyPart[] | undefined }

/** A part of a text that is wrong, where the others may be right. */
export interface FaultyPart {
  readonly found: string
  readonly expected: string
}

export const boolean: Parser<boolean> = (text) => {
  const word = text.toLowerCase()
  if (word === 'true' || word === '1') return { value: true }
  if (word === 'false' || word === '0') return { value: false }
  return { expected: 'true or false' }
}

export const anyText: Parser<string> = (text) => ({ value: text })

/** A whole number from `min` to `max`, both included. */
export function integer(min: number, max: number): Parser<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? { value } : { expected: `a whole number from ${min} to ${max}` }
  }
}

/** A decimal number from `min` to `max`, both included. */
export function decimal(min: number, max: number): Parser<number> {
  return (text) => {
    const value = /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? { value } : { expected: `a number from ${min} to ${max}` }
  }
}

/** One of a few words, in any case. */
export function oneOf<const T extends string>(words: readonly T[]): Parser<T> {
  return (text) => {
    const value = words.find((word) => word === text.toLowerCase())
    return value === undefined ? { expected: `one of ${words.join(', ')}` } : { value }
  }
}

/** An http or https address without credentials, which would end up in logs. */
export const httpUrl: Parser<URL> = (text) => {
  const expected = 'an http:// or https:// address without user name and password'
  if (!URL.canParse(text)) return { expected }
  const url = new URL(text)
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:'
  return isHttp && url.username === '' && url.password === '' ? { value: url } : { expected }
}

/** As `httpUrl`, for a base to which paths are added: it has no query and no fragment. */
export const baseUrl: Parser<URL> = (text) => {
  const parsed = httpUrl(text)
  // The whole text is looked at, as `search` and `hash` are empty for a bare ? or # at the end too.
  if ('expected' in parsed || !/[?#]/.test(parsed.value.href)) return parsed
  return { expected: 'an http:// or https:// address without ? and #' }
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** `Name=value,Other=value`, as OpenTelemetry writes headers: a comma or percent sign in a value is percent-encoded. */
export const headers: Parser<Readonly<Record<string, string>>> = (text) => {
  const value: Record<string, string> = Object.create(null)
  for (const part of text.split(',')) {
    const at = part.indexOf('=')
    const name = part.slice(0, Math.max(at, 0)).trim()
    const content = decodePercent(part.slice(at + 1).trim())
    if (!HEADER_NAME.test(name) || content === undefined || !HEADER_VALUE.test(content)) {
      return { expected: 'Name=value,Other=value, with %2C for a comma inside a value' }
    }
    value[name.toLowerCase()] = content
  }
  return { value }
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Text that can stand in a header. */
export const headerText: Parser<string> = (text) =>
  HEADER_VALUE.test(text)
    ? { value: text }
    : { expected: 'text for an HTTP header: no line break, no control character, nothing beyond Latin-1' }

const HOST_NAME = /^(?:\*|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/i
const HOST_LIST_EXPECTED =
  'names of hosts without ports, with commas between them, such as tracebell.internal'
const MOST_HOSTS = 100

/** Names or addresses of hosts, with commas between them. */
export const hostNames: Parser<readonly string[]> = (text) => {
  const names = text.split(',').map((name) => name.trim())
  const faulty = names.filter(
    (name) => name.length > 253 || !(HOST_NAME.test(name) || isIPv6(withoutBrackets(name))),
  )
  if (names.length > MOST_HOSTS) return { expected: `at most ${MOST_HOSTS} names` }
  const parts = faulty.map((found) => ({ found, expected: HOST_LIST_EXPECTED }))
  return parts.length === 0 ? { value: names } : { expected: HOST_LIST_EXPECTED, parts }
}

function withoutBrackets(host: string): string {
  return /^\[(.*)\]$/.exec(host)?.[1] ?? host
}

/** Where to listen. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** `host:port`, `:port` (loopback), `[v6]:port`, or `off`. */
export const listenAddress: Parser<ListenAddress | 'off'> = (text) => {
  if (text.toLowerCase() === 'off') return { value: 'off' }
  const [, v6, host, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]*)):(\d{1,5})$/.exec(text) ?? []
  const number = Number(port)
  if (port === undefined || number > 65_535) return { expected: 'host:port, such as 127.0.0.1:4318, or off' }
  return { value: { host: v6 ?? (host === undefined || host === '' ? '127.0.0.1' : host), port: number } }
}

/** The address as `listenAddress` reads it. */
export function formatAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
