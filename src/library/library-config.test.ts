import { describe, expect, it } from 'vitest'
import { ConfigError } from '../config/config-error.js'
import { DEFAULT_LOG, readLibraryConfig, readLibraryLog } from './library-config.js'

describe('readLibraryLog', () => {
  it.each([
    ['nothing', {}, DEFAULT_LOG],
    [
      'what is set',
      { LOG_LEVEL: 'warn', LOG_FORMAT: 'json', LOG_FILE: 'a.log' },
      { level: 'warn', format: 'json', file: 'a.log' },
    ],
    ['no file', { LOG_FILE: 'OFF' }, DEFAULT_LOG],
    ['an empty file name', { LOG_FILE: ' ' }, DEFAULT_LOG],
  ])('takes %s', (_, environment, expected) => {
    expect(readLibraryLog(environment)).toEqual({ log: expected, faults: [] })
  })

  it('keeps to the default where a word is not known, and tells it', () => {
    const { log, faults } = readLibraryLog({ LOG_LEVEL: 'trace', LOG_FORMAT: 'pretty' })
    expect(log).toEqual(DEFAULT_LOG)
    expect(faults).toMatchObject([
      { name: 'LOG_LEVEL', found: 'trace' },
      { name: 'LOG_FORMAT', found: 'pretty' },
    ])
  })
})

describe('readLibraryConfig', () => {
  it('does not look at variables that mean nothing in an application', () => {
    const { listeners, mode, dataDir } = readLibraryConfig({
      TRACEBELL_API_LISTEN: 'everywhere',
      TRACEBELL_TEMPO_LISTEN: 'off',
      TRACEBELL_OTLP_HTTP_LISTEN: '0.0.0.0:4318',
      TRACEBELL_TOKEN: 'a\nb',
      TRACEBELL_INSECURE: 'perhaps',
      TRACEBELL_WINDOW_MAX_BYTES: 'many',
      TRACEBELL_DATA_DIR: '/var',
      LOG_LEVEL: 'trace',
      LOG_FORMAT: 'pretty',
    })
    expect([mode, dataDir]).toEqual(['embedded', undefined])
    const { allowedHosts, ...others } = listeners
    expect(allowedHosts).toEqual([])
    expect(Object.values(others).filter((each) => each !== undefined)).toEqual([])
  })

  it('throws on a faulty one that means something', () => {
    expect(() => readLibraryConfig({ TEMPO_URL: 'localhost' })).toThrow(ConfigError)
  })
})
