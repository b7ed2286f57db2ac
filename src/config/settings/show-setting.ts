import { withoutSecrets } from '../../model/without-secrets.js'
import { describeFound } from '../yaml/file-fault.js'
import { formatPath, type KeyPath } from '../yaml/key-path.js'

/** What may be quoted: of anything else it is not known what people have put there. */
const QUOTED =
  /^(?:source\.(?:type|url|tenant|query_timeout|sampling|lag)|rule_files(?:\[\d+\])?|evaluation_interval|external_url|links\.(?:grafana\.(?:url|datasource_uid|org_id)|jaeger\.url)|checks\.(?:interval|lookback|max_lateness|latency_threshold|error_rate_threshold|repeat|batch|similar)|log\.(?:level|format|file)|listen\.(?:api|otlp_http|otlp_grpc|tempo|insecure)|window\.(?:max_size|max_age)|data_dir)$/

/** What holds no secrets, however deep. */
const OPEN =
  /^(?:route|inhibit_rules|time_intervals|maintenance_windows)\b|^receivers\[\d+\]\.(?:name|rate_limit)\b/

/** A value of the settings as a message may show it: no secret, and no part of one. */
export function showSetting(value: unknown, path: KeyPath): string {
  if (typeof value !== 'string') return describeFound(value)
  const key = formatPath(path)
  return QUOTED.test(key) || OPEN.test(key) ? describeFound(withoutSecrets(value)) : '(hidden)'
}
