import type { AlertingRule, MatchRule, MetricRule } from '../../src/model/alerting-rule.js'
import { MINUTE_MS } from '../../src/model/time.js'
import { matchRule, metricRule } from '../build-rule.js'

type SameRule =
  | ({ readonly kind: 'match'; readonly expr: string } & Partial<MatchRule>)
  | ({ readonly kind: 'metric'; readonly expr: string } & Partial<MetricRule>)

const match = (expr: string, parts: Partial<MatchRule> = {}): SameRule => ({ ...parts, kind: 'match', expr })
const metric = (expr: string, parts: Partial<MetricRule> = {}): SameRule => ({
  ...parts,
  kind: 'metric',
  expr,
})
const by = (...groupBy: readonly string[]): Partial<MatchRule> => ({ groupBy })

const SAME_RULES: readonly SameRule[] = [
  // Single spans.
  match('{ status = error }'),
  match('{ status = error }', by()),
  match('{ status = error }', by('resource.service.name', 'span.tenant')),
  match('{ }', { threshold: 40 }),
  match('{ duration > 1s }', by('name')),
  match('{ 1s < duration }', by('kind')),
  match('{ !(status = error) && span.http.status_code >= 500 }'),
  match('{ !(span.tenant = "t1") && kind = server }', by('span.tenant')),
  match('{ span.size > 4 }', by('span.size')),
  match('{ span.size = 2.5 || .size = 3 }', by('.size', 'resource.size')),
  match('{ span.size = nil && kind = client }', by('resource.service.name')),
  match('{ .size != nil }', by('span.size', 'resource.size')),
  match('{ span.flag }', by('span.flag')),
  match('{ !span.flag && kind = server }', by()),
  match('{ span.http.method != "GET" }', by('span.http.method')),
  match('{ span.retries * 2 > 8 }', by('span.retries')),
  match('{ nestedSetParent < 0 && duration > 1s }'),
  match('{ resource.k8s.pod.name = "db-1" }', by('resource.k8s.pod.name', 'span.db.system')),
  match('{ status = error } | { kind = client } | select(span.retries)', by('span.retries')),
  match('{ status = error } || { span.db.system = "redis" && span.retries > 3 }', by('name')),
  match('{ instrumentation:name = "lib-db" && statusMessage = "" }', by('instrumentation:version')),
  match('{ status = error }', { windowMs: 2 * MINUTE_MS }),
  match('{ status = error }', { queryOffsetMs: MINUTE_MS }),
  match('{ status = error }', { minTraffic: 30 }),
  match('{ status = error }', { minTraffic: 500 }),
  match('{ span.nobody = "here" }'),
  // Whole traces.
  match('{ status = error } >> { span.db.system = "postgresql" }', by('resource.service.name')),
  match('{ kind = server } > { status = error }', by('name')),
  match('{ status = error } << { kind = server }'),
  match('{ status = error } !>> { kind = client }', by('name')),
  match('{ status = error } &>> { kind = client && span.retries > 2 }', by('name')),
  match('{ kind = client } ~ { kind = client }'),
  match('{ status = error } && { span.db.system = "redis" }'),
  match('{ } | count() > 5'),
  match('{ kind = client } | count() < 2', by('resource.service.name')),
  match('{ kind = client } | by(resource.service.name) | count() > 1', by('resource.service.name')),
  match('{ } | max(span.http.status_code) >= 500'),
  match('{ kind = client } | avg(span.size) > 3'),
  match('{ kind = client } | avg(duration) > 1s'),
  match('{ kind = client } | count() > 3 | { status = error }', by('name')),
  match('{ traceDuration > 1s }'),
  match('{ rootServiceName = "front" && status = error && kind = client }', by('rootName', 'name')),
  match('{ traceDuration > 30s }', by()),
  match('{ span:childCount > 1 }', by('name')),
  match('{ event:name = "exception" }', by('event:name')),
  match('{ event:name = "retry" && event.level = "hi" }'),
  match('{ event.level = "hi" || event:name = "exception" }', by('name')),
  match('({ status = error } | count() > 1) && ({ kind = server })'),
  // Counts.
  metric('{ status = error } | rate() by (resource.service.name) > 0.02'),
  metric('{ status = error } | count_over_time()'),
  metric('{ status = error } | count_over_time() by (name, span.tenant) > 1'),
  metric('{ } | count_over_time() by (span.http.method)'),
  metric('{ span.http.method != "GET" } | count_over_time() by (span.http.method)'),
  metric('{ !(span.tenant = "t1") } | count_over_time() by (span.tenant)'),
  metric('{ span.size > 4 } | count_over_time() by (span.size)'),
  metric('{ 100ms < duration } | rate() by (kind) > 0'),
  metric('{ span.size = nil } | count_over_time() by (resource.service.name)'),
  metric('{ .size != nil } | count_over_time() by (.size)'),
  metric('{ span.nobody = "here" } | rate()'),
  metric('{ span.nobody = "here" } | rate() by (name)'),
  metric(
    '({ status = error } | rate() by (resource.service.name)) / ({ } | rate() by (resource.service.name)) > 0.05',
  ),
  metric('({ status = error } | count_over_time()) / ({ } | count_over_time()) * 100 > 2'),
  metric('({ } | count_over_time() by (name)) - ({ status = error } | count_over_time() by (name)) > 10'),
  metric('{ } | count_over_time() by (name) | topk(3) > 5'),
  metric('{ } | rate() by (resource.service.name) | bottomk(1)'),
  metric('{ status = error } | count_over_time() > 3', { windowMs: 2 * MINUTE_MS }),
  metric('{ status = error } | count_over_time() > 3', { queryOffsetMs: MINUTE_MS }),
  // What is measured.
  metric('{ } | max_over_time(duration) by (resource.service.name) > 1s'),
  metric('{ kind = client } | min_over_time(duration) by (resource.service.name)'),
  metric('{ kind = client } | sum_over_time(span.retries) by (resource.service.name)'),
  metric('{ } | sum_over_time(span.size)'),
  metric('{ } | avg_over_time(span.size) by (resource.service.name) > 2'),
  metric('{ } | avg_over_time(duration) > 20ms'),
  metric('{ } | max_over_time(span.http.status_code) by (name)'),
  metric('{ } | max_over_time(trace:duration) > 1s'),
  metric('{ } | quantile_over_time(duration, .99) by (resource.service.name) > 1s'),
  metric('{ } | quantile_over_time(duration, .5, .9) by (name) > 30ms'),
  metric('{ kind = client } | quantile_over_time(span.size, .5) <= 3'),
  metric('{ } | quantile_over_time(duration, .9) < 17ms'),
  metric('{ } | quantile_over_time(duration, .5) by (name) = 10ms'),
  // Counted by whole traces.
  metric('{ status = error } >> { kind = client } | count_over_time() by (resource.service.name)'),
  metric('{ } | count() > 4 | rate()'),
  metric('{ kind = client } | count() > 2 | sum_over_time(duration)'),
  metric('{ kind = client } | avg(span.size) > 3 | count_over_time()'),
  metric('{ traceDuration > 1s } | count_over_time() by (rootName)'),
  metric('{ status = error } &> { kind = client } | count_over_time() by (kind)'),
  metric('{ event:name = "exception" } | count_over_time() by (name)'),
]

/** Rules that must come to the same over the shop's traces wherever these are held. */
export function buildSameRules(): readonly AlertingRule[] {
  return SAME_RULES.map(({ expr, ...parts }) =>
    parts.kind === 'match' ? matchRule(expr, parts) : metricRule(expr, parts),
  )
}
