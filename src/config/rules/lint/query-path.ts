import type { AlertingRule } from '../../../model/alerting-rule.js'
import type { KeyPath } from '../../yaml/key-path.js'

/** The key of a rule under which its TraceQL stands. */
export function queryPath({ kind }: AlertingRule): KeyPath {
  return kind === 'anomaly' ? ['anomaly', 'where'] : ['expr']
}
