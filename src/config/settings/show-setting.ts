import { z } from 'zod'
import { withoutSecrets } from '../../model/without-secrets.js'
import { describeFound } from '../yaml/file-fault.js'
import { formatPath, type KeyPath } from '../yaml/key-path.js'
import { receiverSchema } from './delivery-schema.js'

/** What may be quoted: of anything else it is not known what people have put there. */
const QUOTED =
  /^(?:source\.(?:type|url|tenant|query_timeout|sampling|lag)|rule_files(?:\[\d+\])?|evaluation_interval|anomaly_defaults|external_url|links\.(?:grafana\.(?:url|datasource_uid|org_id)|jaeger\.url)|checks\.(?:interval|lookback|max_lateness|latency_threshold|error_rate_threshold|repeat|batch|similar)|log\.(?:level|format|file)|listen\.(?:api|otlp_http|otlp_grpc|tempo|insecure|allowed_hosts(?:\[\d+\])?)|window\.(?:max_size|max_age)|data_dir)$/

/** What holds no secrets, however deep. */
const OPEN =
  /^(?:route|inhibit_rules|time_intervals|maintenance_windows)\b|^receivers\[\d+\]\.(?:name|rate_limit)\b/

/** Keys of integrations that may hold a secret, as themselves, in what is in them, or by a mistake. */
const SECRET = /^(?:url|api_url|auth_username|headers|env|args)$|secret|token|password|key|credential|_file$/
/** How a server is spoken to is mostly secret. */
const OPEN_HTTP = /\.http_config\.(?:tls_config\.\w+|authorization\.type)$/

/** Addresses that are none by themselves; they are shown without what may be one in them. */
const ADDRESSES = /^receivers\[\d+\]\.(?:pagerduty_configs\[\d+\]\.url|opsgenie_configs\[\d+\]\.api_url)$/

/** A value of the settings as a message may show it: no secret, and no part of one. */
export function showSetting(value: unknown, path: KeyPath): string {
  if (typeof value !== 'string') return describeFound(value)
  const key = formatPath(path)
  const isOpen = QUOTED.test(key) || OPEN.test(key) || ADDRESSES.test(key) || isOpenOfIntegration(path)
  return isOpen ? describeFound(withoutSecrets(value)) : '(hidden)'
}

/** Where a mapping or a list is expected it is not known what people have put there. */
function isOpenOfIntegration(path: KeyPath): boolean {
  const [first, index, ...steps] = path
  if (first !== 'receivers' || typeof index !== 'number' || steps.length < 3) return false
  if (!isLeaf(receiverSchema, steps)) return false
  return steps.includes('http_config')
    ? OPEN_HTTP.test(formatPath(path))
    : !steps.some((step) => SECRET.test(String(step)))
}

function isLeaf(schema: z.core.$ZodType, [step, ...steps]: KeyPath): boolean {
  if (schema instanceof z.ZodOptional)
    return isLeaf(schema.unwrap(), step === undefined ? [] : [step, ...steps])
  if (schema instanceof z.ZodObject)
    return isLeafOf(step === undefined ? undefined : schema.shape[step], steps)
  if (schema instanceof z.ZodArray) return isLeafOf(step === undefined ? undefined : schema.element, steps)
  if (schema instanceof z.ZodRecord) return isLeafOf(step === undefined ? undefined : schema.valueType, steps)
  return true
}

function isLeafOf(schema: z.core.$ZodType | undefined, steps: KeyPath): boolean {
  return schema !== undefined && isLeaf(schema, steps)
}
