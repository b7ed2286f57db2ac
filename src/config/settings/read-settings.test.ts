import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ConfigError } from '../config-error.js'
import { readConfig } from '../read-config.js'
import type { Environment } from '../variables.js'
import { readSettings, type AllSettings } from './read-settings.js'
import { SETTING_VARIABLES } from './setting-variables.js'
import { settingsSchema } from './settings-schema.js'

const KEPT = { ms: 900_000, setBy: 'received spans are kept (TRACEBELL_WINDOW_MAX_AGE_SECS)' }

const folder = mkdtempSync(join(tmpdir(), 'tracebell-'))
const file = join(folder, 'tracebell.yaml')
afterAll(() => rmSync(folder, { recursive: true }))

function read(text: string, environment: Environment = {}): AllSettings {
  writeFileSync(file, text)
  return readSettings({ environment, file })
}

/** The faults, with the file called by its name only. */
function faultsOf(text: string, environment: Environment = {}): string[] {
  try {
    read(text, environment)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.message.replaceAll(`${folder}/`, '').split('\n  ').slice(1)
  }
}

const FULL = `
source:
  type: tempo
  url: http://tempo:3200/base
  tenant: shop
  username: me
  password: s3cr3t
  headers: {X-One: 'a, b', x-two: 2}
  query_timeout: 2s
  sampling: tail
  lag: 45s
rule_files: [rules/*.yaml, more]
evaluation_interval: 15s
external_url: https://tracebell.example.com/
links:
  grafana: {url: 'https://grafana.example.com', datasource_uid: tempo, org_id: 3}
  jaeger: {url: 'http://jaeger:16686'}
checks:
  interval: 1m
  lookback: 2m
  max_lateness: 3m
  latency_threshold: 1s500ms
  error_rate_threshold: 0.1
  repeat: 1h
  batch: true
  similar: 5m
  webhook_url: https://example.com/hook?key=s3cr3t
data_dir: /var/lib/tracebell
log: {level: debug, format: json, file: 'off'}
listen: {api: ':9000', otlp_http: 'off', otlp_grpc: '0.0.0.0:4317', token: 12345, insecure: false, allowed_hosts: [bell.test, 10.0.0.1]}
window: {max_size: 1GiB, max_age: 1h}
`

const AS_VARIABLES = {
  TEMPO_ENABLED: 'true',
  TEMPO_URL: 'http://tempo:3200/base',
  TEMPO_TENANT: 'shop',
  TEMPO_USERNAME: 'me',
  TEMPO_PASSWORD: 's3cr3t',
  TEMPO_HEADERS: 'X-One=a%2C b,x-two=2',
  TEMPO_QUERY_TIMEOUT_MS: '2000',
  TEMPO_ALERT_INTERVAL_SECS: '60',
  TEMPO_LOOKBACK_WINDOW_SECS: '120',
  TEMPO_MAX_LATENESS_SECS: '180',
  TEMPO_LATENCY_THRESHOLD_MS: '1500',
  TEMPO_ERROR_RATE_THRESHOLD: '0.1',
  TEMPO_ALERT_REPEAT_SECS: '3600',
  TEMPO_ALERT_WEBHOOK_URL: 'https://example.com/hook?key=s3cr3t',
  TEMPO_ALERT_BATCH: 'true',
  TEMPO_ALERT_SIMILAR_SECS: '300',
  TRACEBELL_DATA_DIR: '/var/lib/tracebell',
  LOG_LEVEL: 'debug',
  LOG_FORMAT: 'json',
  LOG_FILE: 'off',
  TRACEBELL_API_LISTEN: ':9000',
  TRACEBELL_OTLP_HTTP_LISTEN: 'off',
  TRACEBELL_OTLP_GRPC_LISTEN: '0.0.0.0:4317',
  TRACEBELL_TOKEN: '12345',
  TRACEBELL_INSECURE: 'false',
  TRACEBELL_ALLOWED_HOSTS: 'bell.test,10.0.0.1',
  TRACEBELL_WINDOW_MAX_BYTES: String(1024 ** 3),
  TRACEBELL_WINDOW_MAX_AGE_SECS: '3600',
}

describe('readSettings', () => {
  it('reads the same from the file as from the environment', () => {
    expect(read(FULL).config).toEqual(readConfig(AS_VARIABLES))
  })

  it('reads what only the file has', () => {
    expect(read(FULL)).toMatchObject({
      rules: { patterns: ['rules/*.yaml', 'more'], folder, intervalMs: 15_000 },
      links: {
        externalUrl: new URL('https://tracebell.example.com/'),
        grafana: { url: new URL('https://grafana.example.com'), datasourceUid: 'tempo', orgId: 3 },
        jaeger: { url: new URL('http://jaeger:16686') },
      },
      lint: { sampling: 'tail', sourceLagMs: 45_000 },
    })
  })

  it('reads whom to tell', () => {
    const { delivery } = read(`
receivers:
  - name: oncall
    pagerduty_configs: [{routing_key: '\${KEY}'}]
    rate_limit: {notifications: 10, per: 1h}
  - name: dba
    email_configs: [{to: dba@example.com, from: tracebell@example.com, smarthost: 'localhost:25'}]
route:
  receiver: oncall
  group_by: [alertname, service]
  routes:
    - matchers: ['team="db"']
      receiver: dba
time_intervals:
  - name: nights
    time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}]}]
`)
    expect(delivery).toMatchObject({
      allowExec: false,
      receivers: [{ name: 'oncall' }, { name: 'dba', email_configs: [{}] }],
      plan: {
        route: { receiver: 'oncall', routes: [{ receiver: 'dba' }] },
        timeIntervals: [{ name: 'nights' }],
      },
    })
  })

  it.each([
    [
      `receivers: [{name: a, webhook_configs: [{url: 'ftp://x', urll: y}]}]`,
      [
        'tracebell.yaml:1:47: receivers[0].webhook_configs[0].url: found (hidden), expected an address, beginning with http:// or https://',
        'tracebell.yaml:1:58: receivers[0].webhook_configs[0].urll: unknown key; did you mean url?',
      ],
    ],
    [
      `receivers: [{name: a, webhook_configs: [{url: 'http://x'}]}]\nroute: {receiver: b, group_wait: 1}`,
      [
        'tracebell.yaml:2:19: route.receiver: found "b", expected one of receivers: a',
        'tracebell.yaml:2:34: route.group_wait: found 1, expected a duration such as 30s, 5m or 1h30m',
      ],
    ],
    [
      `receivers: [{name: a, slack_configs: [{token: x, channel: c, icon_emoji: bell}]}, {name: a}]\nroute: {receiver: a, routes: [{matchers: [x=~"("], receiver: c, mute_time_intervals: [night]}]}`,
      [
        'tracebell.yaml:1:74: receivers[0].slack_configs[0].icon_emoji: found "bell", expected an emoji such as :bell:',
        'tracebell.yaml:1:90: receivers[1].name: found "a" a second time, after receivers[0]',
        expect.stringMatching(
          /^tracebell\.yaml:2:\d+: route\.routes\[0\]\.matchers\[0\]: found "x=~\\"\(\\"", expected /,
        ),
        'tracebell.yaml:2:62: route.routes[0].receiver: found "c", expected one of receivers: a',
        'tracebell.yaml:2:87: route.routes[0].mute_time_intervals[0]: found "night", expected one of time_intervals: none',
      ],
    ],
    [
      // What follows from a fault is not told beside it.
      `receivers: [{nam: a}]\nroute: {receiver: a}\nmaintenance_windows: [{name: w, form: 2026-01-01T00:00, to: 2026-01-02T00:00}]`,
      [
        'tracebell.yaml:1:13: receivers[0].name: found nothing, expected a name',
        'tracebell.yaml:1:14: receivers[0].nam: unknown key; did you mean name?',
        'tracebell.yaml:3:33: maintenance_windows[0].form: unknown key; did you mean from?',
      ],
    ],
    [
      `receivers: [{name: a, webhook_configs: [{url: 'http://x'}]}]\nroute: {receiver: b}`,
      ['tracebell.yaml:2:19: route.receiver: found "b", expected one of receivers: a'],
    ],
    [
      `route: {receiver: a}`,
      [
        'tracebell.yaml:1:8: route: found a route, expected receivers as well',
        'tracebell.yaml:1:19: route.receiver: found "a", expected one of receivers: none',
      ],
    ],
    [
      `receivers: [{name: a, exec_configs: [{command: /bin/true}]}]`,
      [
        'tracebell.yaml:1:37: receivers[0].exec_configs: expected no programs, or allow_exec: true beside the receivers',
      ],
    ],
  ])('finds what is wrong with whom to tell: %s', (text, faults) => {
    expect(faultsOf(text)).toEqual(faults)
  })

  it('lets the environment win, an empty variable aside', () => {
    const { config } = read(FULL, { TEMPO_URL: 'http://other', LOG_LEVEL: '', LOG_FORMAT: 'text' })
    expect(config.tempo.url.href).toBe('http://other/')
    expect(config.log).toMatchObject({ level: 'debug', format: 'text' })
  })

  it.each(['', '# nothing\n', '{}'])('has every default for %j', (text) => {
    const isEmpty = text !== '{}'
    expect(read(text)).toEqual({
      config: readConfig({}),
      rules: { patterns: [], folder, intervalMs: 30_000, reach: KEPT },
      links: {},
      delivery: undefined,
      lint: { sourceLagMs: 0, reach: KEPT, isAsked: false },
      emptyFile: isEmpty ? join(folder, 'tracebell.yaml') : undefined,
    })
    expect(readSettings({ environment: {}, file: undefined }).config).toEqual(readConfig({}))
  })

  it('tells faults in the order of the file, wherever they were found', () => {
    const faults = faultsOf('source: {url: "tempo:3200"}\nchecks: {interval: 500ms}\nsauce: 1')
    expect(faults.map((fault) => fault.split(':')[1])).toEqual(['1', '2', '3'])
  })

  it('knows how far back the source goes', () => {
    expect(read('window: {max_age: 1h}').lint.reach).toEqual({ ...KEPT, ms: 3_600_000 })
    expect(read('source: {type: tempo}').rules.reach?.ms).toBe(168 * 3_600_000)
  })

  it.each([
    ['tempo', 'tempo'],
    ['embedded', 'embedded'],
    ['off', 'off'],
  ])('takes the source %s', (type, mode) => {
    expect(read(`source: {type: '${type}'}`).config.mode).toBe(mode)
  })

  it.each([
    ['sauce: {}', 'tracebell.yaml:1:1: sauce: unknown key; did you mean source?'],
    ['rules: [a.yaml]', 'tracebell.yaml:1:1: rules: unknown key; did you mean rule_files?'],
    ['groups: []', 'tracebell.yaml:1:1: groups: unknown key; expected rules in a file of their own'],
    ['source: {ulr: x}', 'tracebell.yaml:1:10: source.ulr: unknown key; did you mean url?'],
    [
      'source:\n  url: tempo:3200',
      'tracebell.yaml:2:8: source.url: found "tempo:3200", expected what TEMPO_URL takes: an http:// or https:// address',
    ],
    ['source: {type: jaeger}', 'source.type: found "jaeger", expected one of tempo, embedded, off'],
    ['checks: {interval: 500ms}', 'checks.interval: found "500ms", expected a duration of whole seconds'],
    [
      'checks: {interval: 2d}',
      'checks.interval: found "2d", expected what TEMPO_ALERT_INTERVAL_SECS takes: a whole number from 1 to 86400',
    ],
    ['checks: {interval: 30}', 'checks.interval: found 30, expected a duration such as 30s'],
    ['checks: {error_rate_threshold: 5%}', 'checks.error_rate_threshold: found "5%", expected a number'],
    ['rule_files: rules/*.yaml', 'rule_files: found "rules/*.yaml", expected a list of paths and patterns'],
    ['external_url: "ftp://x"', 'external_url: found "ftp://x", expected an http:// or https:// address'],
    ['links: {grafana: {url: "http://g"}}', 'links.grafana.datasource_uid: found nothing, expected the uid'],
    [
      'listen: {api: "0.0.0.0:9320"}',
      'tracebell.yaml:1:15: listen.api: found "0.0.0.0:9320", expected what TRACEBELL_API_LISTEN takes: a loopback address',
    ],
    ['window: {max_size: 1GB}', 'window.max_size: found "1GB", expected a size such as 256MiB'],
    ['a: [', 'tracebell.yaml:1:5: no valid YAML'],
    [
      "links: {jaeger: 'http://jaeger'}",
      'tracebell.yaml:1:17: links.jaeger: found (hidden), expected a mapping with url',
    ],
    ['- a', 'tracebell.yaml:1:1: found a list, expected a mapping with source, rule_files'],
  ])('says of %j what and where', (text, told) => {
    expect(faultsOf(text).join('\n')).toContain(told)
  })

  it('tells all faults at once, those of the environment by their name', () => {
    const told = faultsOf('source: {url: x, colour: y}\nexternal_url: z\nlinks: {jaeger: {url: w}}', {
      LOG_LEVEL: 'loud',
    })
    expect(told.map((fault) => fault.split(' ').slice(0, 2).join(' ').replace(/:$/, ''))).toEqual([
      'tracebell.yaml:1:15: source.url',
      'tracebell.yaml:1:18: source.colour',
      'tracebell.yaml:2:15: external_url',
      'tracebell.yaml:3:23: links.jaeger.url',
      'LOG_LEVEL: found',
    ])
  })

  it('says where the file cannot be read', () => {
    const missing = join(folder, 'missing.yaml')
    expect(() => readSettings({ environment: {}, file: missing })).toThrow(`${missing}:1:1: no such file`)
  })
})

describe('a secret', () => {
  const SECRET = 's3cr3t'
  it.each([
    `source: {token: [${SECRET}]}`,
    `source: {token: "${SECRET}\\u0001"}`,
    `source: {token: ${SECRET}, username: a, password: ${SECRET}}`,
    `source: {username: "a:${SECRET}", password: b}`,
    `source: {password: *${SECRET}}`,
    `source: {password: !${SECRET} x}`,
    `source: {password: @${SECRET}}`,
    `source: {password: {${SECRET}]}}`,
    `source: "http://me:${SECRET}@tempo"`,
    `source: {url: "http://me:${SECRET}@tempo"}`,
    `source: {url: "ftp://tempo/?key=${SECRET}"}`,
    `source: {headers: "Authorization=${SECRET}"}`,
    `source: {headers: {"a=b": ${SECRET}}}`,
    `source: {headers: {Authorization: "${SECRET}\\n"}}`,
    `checks: {webhook_url: ${SECRET}}`,
    `checks: {webhook_url: [${SECRET}]}`,
    `listen: {token: "${SECRET}\\u0001"}`,
    `listen: {token: {${SECRET}: 1}}`,
    SECRET,
    `- ${SECRET}`,
  ])('is in no message about %j', (text) => {
    const told = faultsOf(text)
    // A key that people write is quoted as one; a value never is.
    expect(told).not.toEqual([])
    expect(told.join('\n')).not.toContain(SECRET)
  })
})

describe('the settings', () => {
  const SECTIONS = ['source', 'checks', 'log', 'listen', 'window'] as const
  const FILE_ONLY = new Set(['source.sampling', 'source.lag'])

  it('each have a variable, but for two', () => {
    const keys = SECTIONS.flatMap((section) =>
      Object.keys(settingsSchema.shape[section].unwrap().shape).map((key) => `${section}.${key}`),
    )
    const withVariable = SETTING_VARIABLES.map(({ path }) => path.join('.'))
    const alone = ['data_dir', 'anomaly_defaults']
    expect(new Set(withVariable)).toEqual(new Set([...keys.filter((key) => !FILE_ONLY.has(key)), ...alone]))
    expect(new Set(SETTING_VARIABLES.map(({ variable }) => variable)).size).toBe(SETTING_VARIABLES.length)
  })
})

describe('any settings', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('30s', 'off', 'http://x', 'tempo'),
  )
  const sections = fc.dictionary(
    fc.constantFrom(
      'source',
      'checks',
      'log',
      'listen',
      'window',
      'links',
      'rule_files',
      'x',
      '__proto__',
      'external_url',
    ),
    fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 2 }),
      fc.dictionary(
        fc.constantFrom(
          'type',
          'url',
          'token',
          'interval',
          'level',
          'api',
          'max_size',
          'grafana',
          '__proto__',
        ),
        leaf,
      ),
    ),
  )

  it('are read or refused with a ConfigError', () => {
    fc.assert(
      fc.property(sections, (data) => {
        expect(faultsOf(stringify(data)).every((fault) => fault.length > 0)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
