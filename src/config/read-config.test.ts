import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError, type ConfigFault } from './config-error.js'
import type { Config } from './config.js'
import { isLoopback, readConfig } from './read-config.js'
import type { Environment } from './variables.js'

interface Variable {
  readonly name: string
  readonly pick: (config: Config) => unknown
  readonly unset: unknown
  readonly good: readonly (readonly [text: string, value: unknown])[]
  readonly bad: readonly string[]
  /** What a fault says was expected. */
  readonly expected?: string
  /** What must be set as well for a good text to have its effect. */
  readonly beside?: Environment
}

const OPEN_TO_ALL =
  'a loopback address, or TRACEBELL_TOKEN set as well (TRACEBELL_INSECURE=true opens it to everybody)'
const HEADER_TEXT = 'text for an HTTP header: no line break, no control character, nothing beyond Latin-1'
const SECRET_FILE = 'the path of a file that can be read, with a secret of 1 to 4096 bytes in it'
const ADDRESS = 'host:port, such as 127.0.0.1:4318, or off'
const HTTP_URL = 'an http:// or https:// address without user name and password'

const seconds = (
  name: string,
  pick: (config: Config) => unknown,
  unsetSecs: number,
  min: number,
  max: number,
): Variable => ({
  name,
  pick,
  unset: unsetSecs * 1000,
  good: [
    [String(min), min * 1000],
    ['45', 45_000],
    [String(max), max * 1000],
  ],
  bad: [String(min - 1), String(max + 1), '1.5', '30s', '1e2', 'thirty'],
  expected: `a whole number from ${min} to ${max}`,
})

const listener = (name: string, pick: (config: Config) => unknown, port: number): Variable => ({
  name,
  pick,
  unset: { host: '127.0.0.1', port },
  good: [
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    [':1234', { host: '127.0.0.1', port: 1234 }],
    ['localhost:1234', { host: 'localhost', port: 1234 }],
    ['[::1]:1234', { host: '::1', port: 1234 }],
    ['off', undefined],
  ],
  bad: ['1234', 'localhost', '127.0.0.1:65536', '::1:1234', 'tcp://10.0.0.1:9320'],
  expected: ADDRESS,
  beside: { TEMPO_ENABLED: 'true' },
})

const VARIABLES: readonly Variable[] = [
  {
    name: 'TEMPO_ENABLED',
    pick: ({ mode }) => mode,
    unset: 'embedded',
    good: [
      ['true', 'tempo'],
      ['TRUE', 'tempo'],
      ['1', 'tempo'],
      ['false', 'off'],
      ['0', 'off'],
    ],
    bad: ['yes', 'on', '2', 'enabled'],
    expected: 'true or false',
  },
  {
    name: 'TEMPO_URL',
    pick: ({ tempo }) => tempo.url.href,
    unset: 'http://127.0.0.1:3200/',
    good: [
      ['http://localhost:3200', 'http://localhost:3200/'],
      ['https://gateway.example/tempo', 'https://gateway.example/tempo'],
    ],
    bad: ['localhost:3200', 'tempo', 'ftp://tempo'],
    expected: HTTP_URL,
  },
  {
    name: 'TEMPO_QUERY_TIMEOUT_MS',
    pick: ({ tempo }) => tempo.queryTimeoutMs,
    unset: 100,
    good: [
      ['1', 1],
      ['2000', 2000],
      ['600000', 600_000],
    ],
    bad: ['0', '600001', '2s', '-5'],
    expected: 'a whole number from 1 to 600000',
  },
  {
    name: 'TEMPO_TENANT',
    pick: ({ tempo }) => tempo.headers,
    unset: {},
    good: [['team-a|team-b', { 'x-scope-orgid': 'team-a|team-b' }]],
    bad: ['a\nb', '€'],
    expected: HEADER_TEXT,
  },
  {
    name: 'TEMPO_TOKEN',
    pick: ({ tempo }) => tempo.headers,
    unset: {},
    good: [['abc', { authorization: 'Bearer abc' }]],
    bad: ['a\nb', 'a\0', '€'],
    expected: HEADER_TEXT,
  },
  {
    name: 'TEMPO_USERNAME',
    pick: ({ tempo }) => tempo.headers,
    unset: {},
    good: [
      ['me', { authorization: 'Basic bWU6cMOkc3M=' }],
      ['mé', { authorization: 'Basic bcOpOnDDpHNz' }],
    ],
    bad: ['me:too', ':'],
    expected: 'a user name without a colon',
    beside: { TEMPO_PASSWORD: 'päss' },
  },
  {
    name: 'TEMPO_PASSWORD',
    pick: ({ tempo }) => tempo.headers,
    unset: {},
    good: [
      ['p:a,s=s', { authorization: 'Basic bWU6cDphLHM9cw==' }],
      ['€', { authorization: 'Basic bWU64oKs' }],
    ],
    bad: [],
    beside: { TEMPO_USERNAME: 'me' },
  },
  {
    name: 'TEMPO_HEADERS',
    pick: ({ tempo }) => tempo.headers,
    unset: {},
    good: [['X-Key=1,Other=a%2Cb', { 'x-key': '1', other: 'a,b' }]],
    bad: ['X-Key', 'X-Key: 1', 'a=1,', 'a=%zz', 'a=%0a'],
    expected: 'Name=value,Other=value, with %2C for a comma inside a value',
  },
  seconds('TEMPO_ALERT_INTERVAL_SECS', ({ alerting }) => alerting.intervalMs, 30, 1, 86_400),
  seconds('TEMPO_LOOKBACK_WINDOW_SECS', ({ alerting }) => alerting.lookbackMs, 60, 1, 86_400),
  seconds('TEMPO_MAX_LATENESS_SECS', ({ alerting }) => alerting.latenessMs, 120, 0, 86_400),
  seconds('TEMPO_ALERT_SIMILAR_SECS', ({ alerting }) => alerting.similarMs, 0, 0, 86_400),
  seconds('TEMPO_ALERT_REPEAT_SECS', ({ alerting }) => alerting.repeatMs, 300, 1, 2_592_000),
  {
    name: 'TEMPO_LATENCY_THRESHOLD_MS',
    pick: ({ alerting }) => alerting.latencyThresholdMs,
    unset: 1000,
    good: [
      ['0', 0],
      ['1500', 1500],
      ['1000000000', 1_000_000_000],
    ],
    bad: ['-1', '1000000001', '1s', '0.5'],
    expected: 'a whole number from 0 to 1000000000',
  },
  {
    name: 'TEMPO_ERROR_RATE_THRESHOLD',
    pick: ({ alerting }) => alerting.errorRateThreshold,
    unset: 0.05,
    good: [
      ['0', 0],
      ['0.0', 0],
      ['.25', 0.25],
      ['1', 1],
      ['1.0', 1],
    ],
    bad: ['5%', '5', '1.01', '-0.1', '0,05', '5e-2'],
    expected: 'a number from 0 to 1',
  },
  {
    name: 'TEMPO_ALERT_WEBHOOK_URL',
    pick: ({ alerting }) => alerting.webhookUrl?.href,
    unset: undefined,
    good: [['https://hooks.example/alerts?key=1', 'https://hooks.example/alerts?key=1']],
    bad: ['hooks.example', 'ftp://hooks.example', 'https://me:too@hooks.example'],
    expected: HTTP_URL,
  },
  {
    name: 'LOG_LEVEL',
    pick: ({ log }) => log.level,
    unset: 'info',
    good: ['debug', 'info', 'warn', 'error', 'silent', 'DEBUG'].map((text) => [text, text.toLowerCase()]),
    bad: ['trace', 'warning', '0'],
    expected: 'one of debug, info, warn, error, silent',
  },
  {
    name: 'LOG_FORMAT',
    pick: ({ log }) => log.format,
    unset: 'text',
    good: [
      ['text', 'text'],
      ['JSON', 'json'],
    ],
    bad: ['logfmt', 'pretty'],
    expected: 'one of text, json',
  },
  {
    name: 'LOG_FILE',
    pick: ({ log }) => log.file,
    unset: 'logs/app.log',
    good: [
      ['/var/log/tracebell.log', '/var/log/tracebell.log'],
      ['off', undefined],
      ['OFF', undefined],
    ],
    bad: [],
  },
  {
    name: 'TRACEBELL_DATA_DIR',
    pick: ({ dataDir }) => dataDir,
    unset: './data',
    good: [
      ['/var/lib/tracebell', '/var/lib/tracebell'],
      ['off', undefined],
    ],
    bad: [],
  },
  {
    name: 'TRACEBELL_ANOMALY_DEFAULTS',
    pick: ({ anomalyDefaults }) => anomalyDefaults,
    unset: false,
    good: [
      ['true', true],
      ['0', false],
    ],
    bad: ['yes'],
    expected: 'true or false',
  },
  {
    name: 'TEMPO_ALERT_MAINTENANCE',
    pick: ({ alerting }) => alerting.maintenance.map(({ schedule }) => schedule.kind),
    unset: [],
    good: [
      ['2026-12-24T22:00Z/2026-12-25T06:00Z', ['once']],
      ['22:00/4h; monday 01:00/30m Europe/Berlin', ['recurring', 'recurring']],
    ],
    bad: ['tonight', '22:00'],
    expected:
      'windows such as 2026-12-24T22:00Z/2026-12-25T06:00Z or saturday 22:00/4h Europe/Berlin, with a ; between them',
  },
  {
    name: 'TEMPO_ALERT_BATCH',
    pick: ({ alerting }) => alerting.batch,
    unset: false,
    good: [
      ['true', true],
      ['0', false],
    ],
    bad: ['yes'],
    expected: 'true or false',
  },
  listener('TRACEBELL_API_LISTEN', ({ listeners }) => listeners.api, 9320),
  listener('TRACEBELL_OTLP_HTTP_LISTEN', ({ listeners }) => listeners.otlpHttp, 4318),
  listener('TRACEBELL_OTLP_GRPC_LISTEN', ({ listeners }) => listeners.otlpGrpc, 4317),
  listener('TRACEBELL_TEMPO_LISTEN', ({ listeners }) => listeners.tempoApi, 3200),
  {
    name: 'TRACEBELL_TOKEN',
    pick: ({ listeners }) => listeners.token,
    unset: undefined,
    good: [['abc', 'abc']],
    bad: ['a\nb', '€'],
    expected: HEADER_TEXT,
  },
  {
    name: 'TRACEBELL_TOKEN_FILE',
    pick: ({ listeners }) => listeners.token,
    unset: undefined,
    good: [],
    bad: ['/there/is/no/such/file'],
    expected: SECRET_FILE,
  },
  {
    name: 'TRACEBELL_USERNAME',
    pick: ({ listeners }) => listeners.basic,
    unset: undefined,
    good: [['ann', { username: 'ann', password: 'p' }]],
    bad: ['a:b'],
    expected: 'a user name without a colon',
    beside: { TRACEBELL_PASSWORD: 'p' },
  },
  {
    name: 'TRACEBELL_PASSWORD',
    pick: ({ listeners }) => listeners.basic,
    unset: undefined,
    good: [['p:ö', { username: 'ann', password: 'p:ö' }]],
    bad: [],
    expected: '',
    beside: { TRACEBELL_USERNAME: 'ann' },
  },
  {
    name: 'TRACEBELL_PASSWORD_FILE',
    pick: ({ listeners }) => listeners.basic,
    unset: undefined,
    good: [],
    bad: ['/there/is/no/such/file'],
    expected: SECRET_FILE,
    beside: { TRACEBELL_USERNAME: 'ann' },
  },
  {
    name: 'TRACEBELL_ALLOWED_HOSTS',
    pick: ({ listeners }) => listeners.allowedHosts,
    unset: [],
    good: [
      ['tracebell', ['tracebell']],
      ['Shop.Test, 10.0.0.1,[fd00::1],fd00::2', ['Shop.Test', '10.0.0.1', '[fd00::1]', 'fd00::2']],
      ['*', ['*']],
    ],
    bad: ['a,', 'http://a', 'a:9320', 'a b', 'a..b', '*.a', '[a]', Array(101).fill('a').join(',')],
    expected: 'names',
  },
  {
    name: 'TRACEBELL_INSECURE',
    pick: ({ listeners }) => listeners.api,
    unset: { host: '127.0.0.1', port: 9320 },
    good: [
      ['true', { host: '0.0.0.0', port: 9320 }],
      ['1', { host: '0.0.0.0', port: 9320 }],
    ],
    bad: ['yes'],
    expected: 'true or false',
    beside: { TRACEBELL_API_LISTEN: '0.0.0.0:9320', TRACEBELL_TOKEN: '' },
  },
  {
    name: 'TRACEBELL_WINDOW_MAX_BYTES',
    pick: ({ window }) => window.maxBytes,
    unset: 268_435_456,
    good: [
      ['1048576', 1_048_576],
      ['68719476736', 68_719_476_736],
    ],
    bad: ['1048575', '68719476737', '256MB', '1e9'],
    expected: 'a whole number from 1048576 to 68719476736',
  },
  seconds('TRACEBELL_WINDOW_MAX_AGE_SECS', ({ window }) => window.maxAgeMs, 900, 1, 604_800),
]

const DEFAULTS = readConfig({})

/** The faults of a configuration that cannot be used. */
function faultsOf(environment: Environment): readonly ConfigFault[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('readConfig', () => {
  it('has a row in this test for every variable it reads', () => {
    const read = new Set<string>()
    const watched = new Proxy<Environment>({}, { get: (_, name) => void read.add(String(name)) })
    readConfig(watched)
    expect([...read].toSorted()).toEqual(VARIABLES.map(({ name }) => name).toSorted())
  })

  it.each(VARIABLES)('$name has a default, which an empty text means too', ({ name, pick, unset }) => {
    expect(pick(DEFAULTS)).toEqual(unset)
    for (const text of [undefined, '', '  ', '\t\n']) expect(readConfig({ [name]: text })).toEqual(DEFAULTS)
  })

  it.each(VARIABLES.flatMap((each) => each.good.map(([text, value]) => ({ ...each, text, value }))))(
    '$name is read from $text',
    ({ name, pick, text, value, beside }) => {
      for (const written of [text, ` ${text}\n`]) {
        expect(pick(readConfig({ ...beside, [name]: written }))).toEqual(value)
      }
    },
  )

  it.each(VARIABLES.flatMap((each) => each.bad.map((text) => ({ ...each, text }))))(
    '$name is refused as $text',
    ({ name, text, expected, beside }) => {
      expect(faultsOf({ ...beside, [name]: text })).toContainEqual(
        expect.objectContaining({ name, expected: expect.stringContaining(expected ?? '') }),
      )
    },
  )

  it('changes nothing but what a variable is for', () => {
    const { nearMisses, ...config } = readConfig({ TEMPO_LATENCY_THRESHOLD_MS: '7' })
    const { alerting, nearMisses: none, ...others } = DEFAULTS
    expect(config).toEqual({ ...others, alerting: { ...alerting, latencyThresholdMs: 7 } })
    expect([nearMisses, none]).toEqual([[], []])
  })

  it('tells all faults at once, in the order of reading', () => {
    const faulty = VARIABLES.filter(({ bad }) => bad.length > 0)
    const environment = Object.fromEntries(faulty.map(({ name, bad }) => [name, bad[0]]))
    const names = faultsOf(environment).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(faulty.map(({ name }) => name)))
    // A user name without a password is one more.
    expect(names.toSorted()).toEqual([...faulty.map(({ name }) => name), 'TEMPO_PASSWORD'].toSorted())
  })

  it('says in its message what was found and what was expected', () => {
    expect(() => readConfig({ TEMPO_ENABLED: 'yes', TEMPO_ERROR_RATE_THRESHOLD: '5%' })).toThrow(
      new ConfigError([
        { name: 'TEMPO_ENABLED', found: 'yes', expected: 'true or false' },
        { name: 'TEMPO_ERROR_RATE_THRESHOLD', found: '5%', expected: 'a number from 0 to 1' },
      ]),
    )
  })

  it.each<[string, Environment, readonly string[]]>([
    [
      'a token and basic authorization',
      { TEMPO_TOKEN: 't', TEMPO_USERNAME: 'u', TEMPO_PASSWORD: 'p' },
      ['TEMPO_TOKEN'],
    ],
    ['a user name without a password', { TEMPO_USERNAME: 'u' }, ['TEMPO_PASSWORD']],
    ['a query after the address of a Tempo', { TEMPO_URL: 'http://tempo:3200/?' }, ['TEMPO_URL']],
    ['a password without a user name', { TEMPO_PASSWORD: 'p' }, ['TEMPO_USERNAME']],
    ['a password that is empty', { TEMPO_USERNAME: 'u', TEMPO_PASSWORD: '' }, ['TEMPO_PASSWORD']],
    ['a tenant twice', { TEMPO_TENANT: 'a', TEMPO_HEADERS: 'x-scope-orgid=b' }, ['TEMPO_HEADERS']],
    ['an authorization twice', { TEMPO_TOKEN: 't', TEMPO_HEADERS: 'Authorization=b' }, ['TEMPO_HEADERS']],
    ['no Tempo API where it is needed', { TRACEBELL_TEMPO_LISTEN: 'off' }, ['TRACEBELL_TEMPO_LISTEN']],
  ])('refuses %s', (_, environment, names) => {
    expect(faultsOf(environment).map(({ name }) => name)).toEqual(names)
  })

  it.each<[string, Environment]>([
    ['an authorization of a kind of its own', { TEMPO_HEADERS: 'Authorization=Token%20x' }],
    ['no Tempo API beside a Tempo', { TEMPO_ENABLED: 'true', TRACEBELL_TEMPO_LISTEN: 'off' }],
    ['no Tempo API where nothing runs', { TEMPO_ENABLED: 'false', TRACEBELL_TEMPO_LISTEN: 'off' }],
    ['no API', { TRACEBELL_API_LISTEN: 'off' }],
    ['no OTLP', { TRACEBELL_OTLP_HTTP_LISTEN: 'off', TRACEBELL_OTLP_GRPC_LISTEN: 'off' }],
  ])('takes %s', (_, environment) => {
    expect(faultsOf(environment)).toEqual([])
  })

  it('keeps headers named as the parts of every object are, and touches no prototype', () => {
    const { headers } = readConfig({ TEMPO_TENANT: 't', TEMPO_HEADERS: '__proto__=a,constructor=b' }).tempo
    expect(Object.entries(headers)).toEqual([
      ['x-scope-orgid', 't'],
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype)
  })

  it('is not misled by a variable named __proto__', () => {
    const environment = Object.fromEntries([
      ['__proto__', 'nonsense'],
      ['TEMPO_ENABLED', 'true'],
    ])
    expect(readConfig(environment)).toEqual({ ...DEFAULTS, mode: 'tempo' })
  })

  it('takes the variables that Kubernetes makes for services named tempo and tracebell', () => {
    const made = ['TEMPO', 'TRACEBELL', 'TEMPO_QUERY_FRONTEND', 'LOG'].flatMap((service) => [
      [`${service}_SERVICE_HOST`, '10.0.0.1'],
      [`${service}_SERVICE_PORT`, '3200'],
      [`${service}_SERVICE_PORT_HTTP`, '3200'],
      [`${service}_PORT`, 'tcp://10.0.0.1:3200'],
      [`${service}_PORT_3200_TCP`, 'tcp://10.0.0.1:3200'],
      [`${service}_PORT_3200_TCP_PROTO`, 'tcp'],
      [`${service}_PORT_3200_TCP_PORT`, '3200'],
      [`${service}_PORT_3200_TCP_ADDR`, '10.0.0.1'],
    ])
    expect(readConfig(Object.fromEntries(made))).toEqual(DEFAULTS)
  })

  it.each(VARIABLES)('$name is known to be meant where a letter of it is missing', ({ name }) => {
    const misspelt = `${name.slice(0, -3)}${name.slice(-2)}`
    expect(readConfig({ [misspelt]: 'x' })).toEqual({
      ...DEFAULTS,
      nearMisses: [{ name: misspelt, meant: name }],
    })
  })

  it('tells of a misspelt threshold', () => {
    expect(readConfig({ TEMPO_LATENCY_TRESHOLD_MS: '5' }).nearMisses).toEqual([
      { name: 'TEMPO_LATENCY_TRESHOLD_MS', meant: 'TEMPO_LATENCY_THRESHOLD_MS' },
    ])
  })
})

describe('readConfig on listeners outside loopback', () => {
  const NAMES = VARIABLES.map(({ name }) => name).filter((name) => name.endsWith('_LISTEN'))
  const HOSTS = ['0.0.0.0', '[::]', '10.0.0.1', 'example.org', 'localhost.example.org', '[::ffff:127.0.0.1]']

  it.each(NAMES.flatMap((name) => HOSTS.map((host) => [name, `${host}:1234`])))(
    'asks %s=%s for a token, as it was written',
    (name, text) => {
      expect(faultsOf({ [name]: text })).toEqual([{ name, found: text, expected: OPEN_TO_ALL }])
      expect(faultsOf({ [name]: text, TRACEBELL_INSECURE: 'false' })).toHaveLength(1)
      expect(faultsOf({ [name]: text, TRACEBELL_TOKEN: 't' })).toEqual([])
      expect(faultsOf({ [name]: text, TRACEBELL_INSECURE: 'true' })).toEqual([])
    },
  )

  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['::1', true],
    ['localhost', true],
    ['128.0.0.1', false],
    ['127.0.0.1.example.org', false],
    ['127.0.0', false],
    ['127.999.999.999', false],
    ['0.0.0.0', false],
    ['::', false],
    ['', false],
  ])('takes %j for loopback: %j', (host, loopback) => {
    expect(isLoopback(host)).toBe(loopback)
  })
})

describe('readConfig on secrets', () => {
  const SECRET = 's3cr3t'

  it.each<[string, Environment]>([
    ['TEMPO_TOKEN', { TEMPO_TOKEN: `${SECRET}\n€` }],
    ['TEMPO_TOKEN beside a user name', { TEMPO_TOKEN: SECRET, TEMPO_USERNAME: 'u', TEMPO_PASSWORD: SECRET }],
    ['TEMPO_PASSWORD', { TEMPO_PASSWORD: SECRET }],
    ['TEMPO_PASSWORD beside a faulty user name', { TEMPO_USERNAME: 'a:b', TEMPO_PASSWORD: SECRET }],
    ['TEMPO_USERNAME that holds the password', { TEMPO_USERNAME: `me:${SECRET}` }],
    ['TEMPO_HEADERS', { TEMPO_HEADERS: `X-Key: ${SECRET}` }],
    [
      'TEMPO_HEADERS that another variable sets',
      { TEMPO_TENANT: 'a', TEMPO_HEADERS: `x-scope-orgid=${SECRET}` },
    ],
    ['TEMPO_ALERT_WEBHOOK_URL', { TEMPO_ALERT_WEBHOOK_URL: `hooks.example/${SECRET}` }],
    [
      'TEMPO_ALERT_WEBHOOK_URL with a password',
      { TEMPO_ALERT_WEBHOOK_URL: `https://u:${SECRET}@hooks.example` },
    ],
    ['TEMPO_URL with a password', { TEMPO_URL: `http://u:${SECRET}@tempo:3200` }],
    ['TEMPO_URL with a password and no scheme', { TEMPO_URL: `u:${SECRET}@tempo:3200` }],
    ['TEMPO_URL with a key', { TEMPO_URL: `http://tempo:3200?key=${SECRET}` }],
    ['TRACEBELL_TOKEN', { TRACEBELL_TOKEN: `${SECRET}\u0007` }],
  ])('never quotes %s', (_, environment) => {
    const faults = faultsOf(environment)
    expect(faults).not.toEqual([])
    expect(inspect(new ConfigError(faults), { depth: 9 })).not.toContain(SECRET)
  })

  it('never quotes one, however it is written', () => {
    const around = fc.string({ unit: 'binary', maxLength: 20 })
    const name = fc.constantFrom(
      'TEMPO_TOKEN',
      'TEMPO_PASSWORD',
      'TEMPO_HEADERS',
      'TEMPO_ALERT_WEBHOOK_URL',
      'TRACEBELL_TOKEN',
    )
    fc.assert(
      fc.property(name, around, around, (each, before, after) => {
        const faults = faultsOf({ [each]: `${before}=${SECRET}${after}` })
        expect(JSON.stringify(faults) + new ConfigError(faults).message).not.toContain(SECRET)
      }),
      { numRuns: 300 },
    )
  })
})

describe('readConfig on anything', () => {
  it('gives a configuration within its bounds, or faults that name the variables', () => {
    const names = VARIABLES.map(({ name }) => name)
    const anyNumber = fc.double({ noNaN: true, min: -1e12, max: 1e12 }).map(String)
    const text = fc.oneof(
      fc.constantFrom(...VARIABLES.flatMap(({ good, bad }) => [...good.map(([each]) => each), ...bad])),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.nat().map(String),
      anyNumber,
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), text), (environment) => {
        const faults = faultsOf(environment)
        expect(names).toEqual(expect.arrayContaining(faults.map(({ name }) => name)))
        if (faults.length > 0) return
        const { alerting, tempo, listeners, window } = readConfig(environment)
        const numbers = [
          alerting.intervalMs,
          alerting.lookbackMs,
          alerting.latenessMs,
          alerting.repeatMs,
          alerting.latencyThresholdMs,
          tempo.queryTimeoutMs,
          window.maxBytes,
          window.maxAgeMs,
          listeners.api?.port,
          listeners.otlpHttp?.port,
          listeners.otlpGrpc?.port,
          listeners.tempoApi?.port,
        ]
        expect(numbers.filter((each = 0) => !Number.isSafeInteger(each) || each < 0)).toEqual([])
        expect(alerting.errorRateThreshold >= 0 && alerting.errorRateThreshold <= 1).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
