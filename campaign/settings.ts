import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The receivers, and what tells one transition of theirs from another. */
export const PATH_OF_TARGET: Readonly<Record<string, string>> = {
  'people/webhook[0]': '/people',
  'team/webhook[0]': '/team',
  'machines/webhook[0]': '/machines',
}

/** Whoever is told of alerts: one group for each alert, and one for all with the same name. */
export const ALERT_PATHS = ['/people', '/team'] as const
export const ANOMALY_PATH = '/machines'

/** A trace is in the window of the rules for so long; then its alerts end. */
export const WINDOW_SECS = 4

/** Variables of the daemon that is killed. */
export function daemonVariables(tempoUrl: string): Readonly<Record<string, string>> {
  return {
    TEMPO_ENABLED: 'true',
    TEMPO_URL: tempoUrl,
    TRACEBELL_API_LISTEN: 'off',
    TRACEBELL_DATA_DIR: 'data',
    TEMPO_ALERT_INTERVAL_SECS: '1',
    TEMPO_LOOKBACK_WINDOW_SECS: String(WINDOW_SECS),
    TEMPO_LATENCY_THRESHOLD_MS: '1000',
    // Never exceeded: that alert would depend on how the kills fall.
    TEMPO_ERROR_RATE_THRESHOLD: '1',
  }
}

/** Variables of the tracebell that stands in for a Tempo, and lives on. */
export const TEMPO_VARIABLES: Readonly<Record<string, string>> = {
  TEMPO_ALERT_INTERVAL_SECS: '3600',
  TRACEBELL_DATA_DIR: 'off',
  TRACEBELL_API_LISTEN: 'off',
  TRACEBELL_OTLP_GRPC_LISTEN: 'off',
  TRACEBELL_OTLP_HTTP_LISTEN: '127.0.0.1:0',
  TRACEBELL_TEMPO_LISTEN: '127.0.0.1:0',
}

/** Writes `tracebell.yaml` and the rules, with the receiver at this origin. */
export function writeSettings(folder: string, origin: string): void {
  writeFileSync(join(folder, 'rules.yaml'), RULES)
  const webhook = (path: string, rest = ''): string =>
    `webhook_configs: [{url: '${origin}${path}', timeout: 400ms${rest}}]`
  const settings = `
rule_files: [rules.yaml]
receivers:
  - {name: people, ${webhook('/people')}}
  - {name: team, ${webhook('/team')}}
  - {name: machines, ${webhook('/machines', ', format: anomaly')}}
route:
  receiver: people
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1d
  routes:
    - {receiver: team, group_by: [alertname], continue: true}
    - {receiver: people, group_by: ['...']}
`
  writeFileSync(join(folder, 'tracebell.yaml'), settings)
}

const RULES = `
groups:
  - name: campaign
    interval: 1s
    rules:
      - {alert: Failed, expr: '{ status = error }', group_by: [resource.service.name], window: ${WINDOW_SECS}s}
      - {alert: Failing, expr: '{ status = error } | rate() by (resource.service.name) > 0', window: ${WINDOW_SECS}s}
`
