import { formatDurationMs } from '../../config/duration.js'
import type { AlertingRule, AnomalyRule } from '../../model/alerting-rule.js'
import type { LabelSet } from '../../model/label-set.js'
import { conditionOf } from '../../replay/explain/condition.js'
import type { RuleInGroup } from '../../replay/explain/explanation.js'
import { formatFacts, section, type Facts } from './section.js'
import { count, describeCondition, describeLabels } from './words.js'

/** The rule as it stands in its file, with what its defaults come to. */
export function formatRule({ group, rule }: RuleInGroup): string {
  const { file, line } = rule.place
  const facts: Facts = [
    [rule.kind === 'anomaly' ? 'where' : 'expr', rule.expr],
    ['kind', KINDS[rule.kind]],
    ['fires where', describeFiring(rule)],
    ...factsOfKind(rule),
    ['resolves', describeResolving(rule)],
    ['query_offset', unlessZero(rule.queryOffsetMs)],
    ['limit', rule.limit === 0 ? undefined : count(rule.limit, 'alert')],
    ['no_data', rule.noData === 'ok' ? undefined : rule.noData],
    ['on_error', rule.onError === 'keep' ? undefined : rule.onError],
    ['labels', describeOwnLabels(rule.labels)],
    ['evaluated', `every ${formatDurationMs(group.intervalMs)}`],
  ]
  return section(`RULE  ${rule.alert}, in group ${group.name} of ${file}:${line}`, formatFacts(facts))
}

const KINDS: Readonly<Record<AlertingRule['kind'], string>> = {
  match: 'match: counts the traces that the search finds',
  metric: 'metric: an alert for each series',
  anomaly: 'anomaly: learns what is normal, an alert for each service that is to blame for what is not',
}

function describeFiring(rule: AlertingRule): string {
  const condition = conditionOf(rule)
  const held = rule.forMs === 0 ? '' : `, held for ${formatDurationMs(rule.forMs)}`
  const window = `over ${formatDurationMs(rule.windowMs)}`
  if (rule.kind === 'match') return `${count(rule.threshold, 'trace')} or more ${window}${held}`
  if (rule.kind === 'anomaly') return `something is unlike normal${held}`
  const what =
    condition === undefined ? 'any value' : `a value ${describeCondition(condition, condition.unit)}`
  return `${what} ${window}${held}`
}

function factsOfKind(rule: AlertingRule): Facts {
  if (rule.kind === 'anomaly') return factsOfAnomaly(rule)
  if (rule.kind !== 'match') return []
  const { groupBy, minTraffic } = rule
  return [
    ['group_by', groupBy.length === 0 ? 'nothing: one alert for all' : groupBy.join(', ')],
    ['min_traffic', minTraffic === 0 ? undefined : count(minTraffic, 'trace')],
  ]
}

function factsOfAnomaly({ signals, sensitivity, minTraffic, warmUpMs }: AnomalyRule): Facts {
  return [
    ['signals', signals.join(', ')],
    ['sensitivity', sensitivity],
    ['min_traffic', count(minTraffic, 'call')],
    ['warm_up', formatDurationMs(warmUpMs)],
  ]
}

function describeResolving(rule: AlertingRule): string | undefined {
  const { resolveWhen, keepFiringForMs } = rule
  const unit = conditionOf(rule)?.unit ?? 'none'
  const when = resolveWhen && `where the value is ${describeCondition(resolveWhen, unit)} (resolve_when)`
  const after =
    keepFiringForMs === 0 ? undefined : `${formatDurationMs(keepFiringForMs)} later (keep_firing_for)`
  return [when, after].filter((part) => part !== undefined).join(', ') || undefined
}

function unlessZero(ms: number): string | undefined {
  return ms === 0 ? undefined : formatDurationMs(ms)
}

function describeOwnLabels(labels: LabelSet): string | undefined {
  return describeLabels(labels)
}
