import type { RuleGroup } from '../../model/alerting-rule.js'
import { SECOND_MS } from '../../model/time.js'
import { ANOMALY_ANNOTATIONS, buildAnomaly } from './build-anomaly.js'

const FILE = 'built-in'

/** The rules on what is unlike normal that need no configuration, for those who ask for them. */
export const DEFAULT_ANOMALIES: RuleGroup = {
  name: 'anomalies',
  file: FILE,
  intervalMs: 10 * SECOND_MS,
  rules: [
    {
      ...buildAnomaly('default'),
      alert: 'Unusual',
      forMs: 0,
      keepFiringForMs: 0,
      limit: 0,
      labels: new Map(),
      annotations: ANOMALY_ANNOTATIONS,
      noData: 'ok',
      onError: 'keep',
      place: { file: FILE, line: 1, column: 1 },
    },
  ],
}
