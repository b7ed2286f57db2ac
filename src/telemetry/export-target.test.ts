import { assert, dictionary, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Env, parseExportTarget } from './export-target.js'

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }

describe('parseExportTarget', () => {
  it.each<[string, Env]>([
    ['nothing set', {}],
    ['an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
    ['the SDK disabled', { ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }],
    ['no exporter', { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }],
    ['another exporter', { ...endpoint, OTEL_TRACES_EXPORTER: 'console' }],
  ])('is nothing for %s', (_name, env) => {
    expect(parseExportTarget(env)).toBeUndefined()
  })

  it.each<[Env, string]>([
    [endpoint, 'http://collector:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example/otlp/' }, 'https://otlp.example/otlp/v1/traces'],
    [{ ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces/in' }, 'http://traces/in'],
    [
      { ...endpoint, OTEL_SDK_DISABLED: 'false', OTEL_TRACES_EXPORTER: 'console, otlp' },
      'http://collector:4318/v1/traces',
    ],
    [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, 'http://collector:4318/v1/traces'],
  ])('%j goes to %s', (env, url) => {
    expect(parseExportTarget(env)?.url.href).toBe(url)
  })

  it('reads headers, those of traces over those of all, and the service name', () => {
    const target = parseExportTarget({
      ...endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1, authorization = Bearer%20x%3D , ,',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=2',
      OTEL_SERVICE_NAME: 'pager',
    })
    expect(target?.headers).toEqual({ a: '2', authorization: 'Bearer x=' })
    expect(target?.serviceName).toBe('pager')
  })

  it.each<[Env, string]>([
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
      'OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" is not a URL that begins with http:// or https://',
    ],
    [
      { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'nonsense' },
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "nonsense" is not a URL that begins with http:// or https://',
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'grpc://user:SECRET@collector:4317/?key=SECRET' },
      'OTEL_EXPORTER_OTLP_ENDPOINT: "grpc://(hidden)@collector:4317/?(hidden)" is not a URL that begins with http:// or https://',
    ],
    [
      { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://user:SECRET@collector:port' },
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://(hidden)@collector:port" is not a URL that begins with http:// or https://',
    ],
    [
      { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" is not supported, only "http/protobuf" is',
    ],
    [
      { ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'a=1,secret' },
      'OTEL_EXPORTER_OTLP_HEADERS: item 2 is not key=value',
    ],
    [
      { ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'a=%zz' },
      'OTEL_EXPORTER_OTLP_HEADERS: item 1 is not key=value',
    ],
    [
      { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=b%0d%0ac: d' },
      'OTEL_EXPORTER_OTLP_TRACES_HEADERS: item 1 is not key=value',
    ],
  ])('%j is refused', (env, message) => {
    expect(() => parseExportTarget(env)).toThrow(new Error(message))
  })

  it('answers any headers with a target or an error that names the variable', () => {
    assert(
      property(string({ unit: 'binary' }), dictionary(string(), string()), (text, headers) => {
        const list = Object.entries(headers).map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
        const env = { ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: [...list, text].join(',') }
        expect(describeHeaders(env)).toMatch(
          /^(safe|Error: OTEL_EXPORTER_OTLP_HEADERS: item \d+ is not key=value)$/,
        )
      }),
      { numRuns: 100 },
    )
  })
})

function describeHeaders(env: Env): string {
  try {
    const values = Object.values(parseExportTarget(env)?.headers ?? {})
    return values.some((value) => /[\r\n\0]/.test(value)) ? 'unsafe' : 'safe'
  } catch (error) {
    return String(error)
  }
}
