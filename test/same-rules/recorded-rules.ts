import type { AlertingRule } from '../../src/model/alerting-rule.js'
import { matchRule, metricRule } from '../build-rule.js'

/** The rules for which a real Tempo's answers are recorded in `test/fixtures/tempo-rules`. To change them is to record anew. */
export function buildRecordedRules(): readonly AlertingRule[] {
  return [
    matchRule('{ status = error }'),
    matchRule('{ !(span.tenant = "t1") && 1s < duration }', { groupBy: ['span.tenant', 'resource.size'] }),
    matchRule('{ span.size > 4 }', { groupBy: ['.size'] }),
    matchRule('{ status = error } >> { kind = client }', { groupBy: ['resource.service.name'] }),
    matchRule('{ kind = client } | count() > 3 | { status = error }'),
    matchRule('{ event:name = "exception" && event.level = "lo" }', { groupBy: ['event:name'] }),
    matchRule('{ status = error }', { minTraffic: 20 }),
    metricRule(
      '({ status = error } | rate() by (resource.service.name)) / ({ } | rate() by (resource.service.name)) > 0.05',
    ),
    metricRule('{ } | avg_over_time(span.size) by (resource.service.name) > 2'),
    metricRule('{ } | quantile_over_time(duration, .9) by (resource.service.name) > 40ms'),
    metricRule('{ traceDuration > 1s } | count_over_time() by (rootName) > 0'),
    metricRule('{ span.size = nil } | count_over_time() by (span.size)'),
  ]
}
