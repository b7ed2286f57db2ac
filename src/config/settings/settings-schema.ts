import { z } from 'zod'
import { LOG_FORMATS, LOG_LEVELS } from '../../telemetry/logger.js'
import { DURATION } from '../duration.js'
import { deliveryFields } from './delivery-schema.js'
import { expecting } from '../yaml/check-shape.js'

export const SAMPLINGS = ['none', 'head', 'tail'] as const
export const SOURCE_TYPES = ['tempo', 'embedded', 'off'] as const

function text(error: string) {
  return z.string({ error })
}

/** A text that may look like a number. What may be a secret is never quoted: it has no shape that could be wrong. */
function secret(error: string) {
  return z.union([z.string(), z.number(), z.boolean()], { error })
}

const DURATION_EXPECTED = 'a duration such as 30s, 5m or 1h30m'
const duration = z.string({ error: DURATION_EXPECTED }).regex(DURATION, { error: DURATION_EXPECTED })
const number = z.number({ error: 'a number' })
const boolean = z.boolean({ error: 'true or false' })
const url = text('an http:// or https:// address')
const address = text('host:port, such as 127.0.0.1:4318, or off')

function words<const T extends readonly [string, ...string[]]>(all: T) {
  return z.enum(all, { error: `one of ${all.join(', ')}` })
}

const SHOWN_KEYS = 3

function nameKeys(keys: readonly string[]): string {
  return keys.length > SHOWN_KEYS ? `${keys.slice(0, 2).join(', ')}, …` : keys.join(', ')
}

function section<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject(shape, { error: expecting(`a mapping with ${nameKeys(Object.keys(shape))}`) })
}

const source = section({
  type: words(SOURCE_TYPES)
    .describe('A Tempo is watched, spans are received (embedded), or nothing is done (off).')
    .optional(),
  url: url.describe('Where Tempo answers. Default: http://127.0.0.1:3200.').optional(),
  tenant: text('a tenant').describe('Sent as X-Scope-OrgID.').optional(),
  token: secret('a token').describe('Sent as a bearer token.').optional(),
  username: secret('a user name').describe('For basic authorization, with password.').optional(),
  password: secret('a password').describe('For basic authorization, with username.').optional(),
  headers: z
    .record(z.string(), secret('a text'), { error: 'a mapping of names and texts' })
    .describe('Further headers of every request.')
    .optional(),
  query_timeout: duration
    .describe('How long the first page of a search may take. Default: 100ms.')
    .optional(),
  sampling: words(SAMPLINGS)
    .describe(
      'How the spans that it has were chosen, if they are not all there are. For the warnings of `tracebell check`.',
    )
    .optional(),
  lag: duration
    .describe(
      'How far behind the present its answers are known to be. For the warnings of `tracebell check`.',
    )
    .optional(),
})

const checks = section({
  interval: duration.describe('The time between checks. Default: 30s.').optional(),
  lookback: duration.describe('How far back a check looks. Default: 1m.').optional(),
  max_lateness: duration
    .describe('How long after its end a trace may appear and is still found. Default: 2m.')
    .optional(),
  latency_threshold: duration.describe('A trace that takes longer is slow. Default: 1s.').optional(),
  error_rate_threshold: number
    .describe('A higher share of traces in error is too high, 0 to 1. Default: 0.05.')
    .optional(),
  repeat: duration.describe('How often a lasting high error rate is told again. Default: 5m.').optional(),
  batch: boolean
    .describe('Whether the anomalies of a check are posted together, as an array. Default: false.')
    .optional(),
  similar: duration
    .describe(
      'Anomalies of one type, service and span name within so long are told once, with a count. Default: 0s, each is told.',
    )
    .optional(),
  webhook_url: secret('an http:// or https:// address').describe('Where anomalies are posted.').optional(),
})

const log = section({
  level: words(LOG_LEVELS).describe('Default: info.').optional(),
  format: words(LOG_FORMATS).describe('Default: text.').optional(),
  file: text('a path, or off')
    .describe('The log file, rotated by size, or off. Default: logs/app.log.')
    .optional(),
})

const listen = section({
  api: address.describe('Metrics and health. Default: 127.0.0.1:9320.').optional(),
  otlp_http: address.describe('OTLP over HTTP. Default: 127.0.0.1:4318.').optional(),
  otlp_grpc: address.describe('OTLP over gRPC. Default: 127.0.0.1:4317.').optional(),
  tempo: address.describe('Tempo-compatible API. Default: 127.0.0.1:3200.').optional(),
  token: secret('a token')
    .describe('A bearer token that lets clients in; outside loopback it or username and password are needed.')
    .optional(),
  token_file: text('a path').describe('A file with the token in it.').optional(),
  username: secret('a user name')
    .describe('Lets clients in by basic authorization, with password.')
    .optional(),
  password: secret('a password').describe('For basic authorization, with username.').optional(),
  password_file: text('a path').describe('A file with the password in it.').optional(),
  allowed_hosts: z
    .array(text('the name of a host'), { error: 'a list of names of hosts' })
    .describe(
      'Names besides localhost by which listeners on loopback are reached, as through a proxy. Without a token requests that name another are refused.',
    )
    .optional(),
  insecure: boolean.describe('Allows addresses outside loopback without a token. Default: false.').optional(),
})

const SIZE_EXPECTED = 'a size such as 256MiB'
const window = section({
  max_size: z
    .string({ error: SIZE_EXPECTED })
    .regex(/^\d{1,9}(?:KiB|MiB|GiB)$/, { error: SIZE_EXPECTED })
    .describe('Memory for received spans. Default: 256MiB.')
    .optional(),
  max_age: duration.describe('How long received spans are kept. Default: 15m.').optional(),
})

const links = section({
  grafana: section({
    url: url.describe('The address of Grafana.'),
    datasource_uid: text('the uid of the Tempo data source').min(1, {
      error: 'the uid of the Tempo data source',
    }),
    org_id: z.int({ error: 'a whole number' }).optional(),
  })
    .describe('For {{ trace | grafanaLink }}.')
    .optional(),
  jaeger: section({ url: url.describe("The address of Jaeger's UI.") })
    .describe('For {{ trace | jaegerLink }}.')
    .optional(),
})

export const settingsSchema = z.strictObject(
  {
    source: source.describe('Where traces come from.').optional(),
    rule_files: z
      .array(text('a path, or a pattern such as rules/*.yaml'), {
        error: 'a list of paths and patterns, such as [rules/*.yaml]',
      })
      .describe('Files, folders and patterns, from the folder of this file on.')
      .optional(),
    evaluation_interval: duration
      .describe('How often groups are evaluated that do not say so. Default: checks.interval.')
      .optional(),
    anomaly_defaults: boolean
      .describe(
        'Whether a rule runs that tells what is unlike normal, beside those of the files. It needs spans that are received. Default: false.',
      )
      .optional(),
    external_url: url.describe('Where people reach this tracebell: $externalURL in templates.').optional(),
    links: links.describe('Where templates lead to.').optional(),
    checks: checks.describe('The three built-in rules.').optional(),
    listen: listen.describe('What is listened on.').optional(),
    window: window.describe('The spans that are received and kept.').optional(),
    log: log.describe("tracebell's own log.").optional(),
    data_dir: text('a path, or off')
      .describe('Where state is kept over a restart, or off. Default: ./data.')
      .optional(),
    ...deliveryFields,
  },
  { error: expecting('a mapping with source, rule_files, …') },
)

export type Settings = z.output<typeof settingsSchema>
