import { withoutSecrets } from '../model/without-secrets.js'

/** Where the engine's own spans are to go. */
export interface ExportTarget {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Undefined where the user gave none. */
  readonly serviceName: string | undefined
}

export type Env = Readonly<Record<string, string | undefined>>

/**
 * Reads OpenTelemetry's own variables: the target of spans, or undefined where no endpoint is set or export is turned
 * off. Throws an `Error` that names the variable where it cannot be followed. Names and meaning are those of
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ and
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/; an empty variable counts as unset.
 */
export function parseExportTarget(env: Env): ExportTarget | undefined {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined
  if (read('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined
  if (!exporters(read('OTEL_TRACES_EXPORTER')).includes('otlp')) return undefined
  const url = parseEndpoint(read)
  if (!url) return undefined
  checkProtocol(read)
  return {
    url,
    headers: {
      ...parseHeaders('OTEL_EXPORTER_OTLP_HEADERS', read('OTEL_EXPORTER_OTLP_HEADERS')),
      ...parseHeaders('OTEL_EXPORTER_OTLP_TRACES_HEADERS', read('OTEL_EXPORTER_OTLP_TRACES_HEADERS')),
    },
    serviceName: read('OTEL_SERVICE_NAME'),
  }
}

type Read = (name: string) => string | undefined

function exporters(list = 'otlp'): string[] {
  return list.split(',').map((name) => name.trim())
}

function parseEndpoint(read: Read): URL | undefined {
  const traces = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  if (traces !== undefined) return parseHttpUrl('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', traces)
  const all = read('OTEL_EXPORTER_OTLP_ENDPOINT')
  if (all === undefined) return undefined
  const url = parseHttpUrl('OTEL_EXPORTER_OTLP_ENDPOINT', all)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`
  return url
}

function parseHttpUrl(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new Error(
    `${name}: ${JSON.stringify(withoutSecrets(text))} is not a URL that begins with http:// or https://`,
  )
}

function checkProtocol(read: Read): void {
  for (const name of ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL']) {
    const protocol = read(name)
    if (protocol === 'http/protobuf') return
    if (protocol !== undefined) {
      throw new Error(`${name}: ${JSON.stringify(protocol)} is not supported, only "http/protobuf" is`)
    }
  }
}

// Values may be percent-encoded. A fault is told without the text, which is likely to be a secret.
function parseHeaders(name: string, list: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [index, item] of (list ?? '').split(',').entries()) {
    if (item.trim() === '') continue
    const [, key, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/s.exec(item) ?? []
    const decoded = decodePercent(value)
    if (key === undefined || decoded === undefined || /[^\t\x20-\x7e\x80-\xff]/.test(decoded)) {
      throw new Error(`${name}: item ${index + 1} is not key=value`)
    }
    headers[key] = decoded
  }
  return headers
}

function decodePercent(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    return undefined
  }
}
