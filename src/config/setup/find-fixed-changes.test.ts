import { describe, expect, it } from 'vitest'
import { readConfig } from '../read-config.js'
import { SETTING_VARIABLES } from '../settings/setting-variables.js'
import { findFixedChanges } from './find-fixed-changes.js'

/** A value for each variable that is none of its defaults. */
const OTHER: Readonly<Record<string, string>> = {
  TEMPO_ENABLED: 'true',
  TEMPO_URL: 'http://other',
  TEMPO_TENANT: 'other',
  TEMPO_TOKEN: 'hunter2',
  TEMPO_HEADERS: 'a=hunter2',
  TEMPO_QUERY_TIMEOUT_MS: '7',
  TEMPO_ALERT_INTERVAL_SECS: '7',
  TEMPO_LOOKBACK_WINDOW_SECS: '7',
  TEMPO_MAX_LATENESS_SECS: '7',
  TEMPO_LATENCY_THRESHOLD_MS: '7',
  TEMPO_ERROR_RATE_THRESHOLD: '0.7',
  TEMPO_ALERT_REPEAT_SECS: '7',
  TEMPO_ALERT_SIMILAR_SECS: '7',
  LOG_LEVEL: 'warn',
  LOG_FORMAT: 'json',
  LOG_FILE: 'off',
  TRACEBELL_API_LISTEN: ':7',
  TRACEBELL_OTLP_HTTP_LISTEN: ':7',
  TRACEBELL_OTLP_GRPC_LISTEN: ':7',
  TRACEBELL_TEMPO_LISTEN: ':7',
  TRACEBELL_TOKEN: 'hunter2',
  TRACEBELL_ALLOWED_HOSTS: 'other',
  TRACEBELL_DATA_DIR: 'off',
  TRACEBELL_WINDOW_MAX_BYTES: '7000000',
  TRACEBELL_WINDOW_MAX_AGE_SECS: '7',
}

/** What counts at once, only together with another, or only at the start for those that are checked. */
const NOT_BY_ITSELF = new Set([
  'TEMPO_ALERT_WEBHOOK_URL',
  'TEMPO_ALERT_BATCH',
  'TEMPO_USERNAME',
  'TEMPO_PASSWORD',
  'TRACEBELL_USERNAME',
  'TRACEBELL_PASSWORD',
  'TRACEBELL_TOKEN_FILE',
  'TRACEBELL_PASSWORD_FILE',
  'TRACEBELL_INSECURE',
  'TRACEBELL_ANOMALY_DEFAULTS',
])

describe('settings that count only after a restart', () => {
  it.each(Object.entries(OTHER))('%s is named where it changes, and its value is not', (name, value) => {
    const [changed, ...others] = findFixedChanges(readConfig({}), readConfig({ [name]: value }))
    expect(others).toEqual([])
    expect(changed).toContain(name.startsWith('TEMPO_T') || name === 'TEMPO_HEADERS' ? 'TEMPO_…' : `(${name}`)
    expect(changed).not.toContain('hunter2')
  })

  it('are those with a variable, but for the ones that are taken at once', () => {
    const known = new Set([...Object.keys(OTHER), ...NOT_BY_ITSELF])
    expect(SETTING_VARIABLES.map(({ variable }) => variable).filter((name) => !known.has(name))).toEqual([])
  })

  it('are named together where a name and a password change', () => {
    const access = (prefix: string) => ({ [`${prefix}_USERNAME`]: 'ann', [`${prefix}_PASSWORD`]: 'hunter2' })
    expect(
      findFixedChanges(readConfig({}), readConfig({ ...access('TEMPO'), ...access('TRACEBELL') })),
    ).toEqual([
      'source.tenant, token, username, password or headers (TEMPO_…)',
      'listen.username or password (TRACEBELL_USERNAME, TRACEBELL_PASSWORD)',
    ])
  })

  it('are none where nothing changes, or what is taken at once', () => {
    const live = {
      TEMPO_ALERT_WEBHOOK_URL: 'http://x',
      TEMPO_ALERT_BATCH: 'true',
      TEMPO_ALERT_MAINTENANCE: '02:00/1h',
    }
    expect(findFixedChanges(readConfig({}), readConfig(live))).toEqual([])
  })
})
