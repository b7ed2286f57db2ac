import type { AlertingRule, RuleGroup } from '../../model/alerting-rule.js'
import type { LabelSet } from '../../model/label-set.js'
import { MINUTE_MS } from '../../model/time.js'
import { TraceqlError } from '../../traceql/index.js'
import { parseDurationMs } from '../duration.js'
import type { KeyPath } from '../yaml/key-path.js'
import type { YamlFile } from '../yaml/yaml-file.js'
import { ANOMALY_ANNOTATIONS, buildAnomaly } from './build-anomaly.js'
import { readQuery } from './checked-query.js'
import { readCondition } from './read-condition.js'
import { readGroupField } from './read-group-field.js'
import type { RuleConfig, RuleGroupConfig } from './rule-file-schema.js'

const DEFAULT_GROUP_BY = ['rootServiceName', 'rootName']
const DEFAULT_WINDOW_MS = MINUTE_MS

export interface RuleDefaults {
  /** How often a group is evaluated that does not say so. */
  readonly intervalMs: number
}

export interface BuildOptions {
  /** Of the group. */
  readonly path: KeyPath
  readonly yaml: YamlFile
  readonly defaults: RuleDefaults
  /** Takes where each rule stands. */
  readonly paths: Map<AlertingRule, KeyPath>
}

/** A group that has no faults, with every default filled in. */
export function buildGroup(group: RuleGroupConfig, options: BuildOptions): RuleGroup {
  const { path, yaml, defaults, paths } = options
  const rules = group.rules.map((config, index) => {
    const rulePath = [...path, 'rules', index]
    const rule = buildRule(config, group, rulePath, options)
    paths.set(rule, rulePath)
    return rule
  })
  return { name: group.name, file: yaml.file, intervalMs: toMs(group.interval) ?? defaults.intervalMs, rules }
}

function buildRule(
  rule: RuleConfig,
  group: RuleGroupConfig,
  path: KeyPath,
  { path: groupPath, yaml }: BuildOptions,
): AlertingRule {
  const { expr = '', anomaly } = rule
  const annotations = readTexts(rule.annotations, [...path, 'annotations'], yaml)
  const common = {
    alert: rule.alert,
    expr: expr.trim(),
    windowMs: toMs(rule.window) ?? DEFAULT_WINDOW_MS,
    forMs: toMs(rule.for) ?? 0,
    keepFiringForMs: toMs(rule.keep_firing_for) ?? 0,
    queryOffsetMs: toMs(rule.query_offset) ?? toMs(group.query_offset) ?? 0,
    limit: rule.limit ?? group.limit ?? 0,
    labels: new Map([
      ...readTexts(group.labels, [...groupPath, 'labels'], yaml),
      ...readTexts(rule.labels, [...path, 'labels'], yaml),
    ]),
    annotations,
    resolveWhen: rule.resolve_when === undefined ? undefined : readCondition(rule.resolve_when),
    noData: rule.no_data ?? 'ok',
    onError: rule.error ?? 'keep',
    place: yaml.placeOf(path),
  } as const
  if (anomaly !== undefined) {
    const told = rule.annotations === undefined ? ANOMALY_ANNOTATIONS : annotations
    return { ...common, ...buildAnomaly(anomaly), annotations: told }
  }
  if (isMetric(expr)) return { ...common, kind: 'metric' }
  return {
    ...common,
    kind: 'match',
    groupBy: (rule.group_by ?? DEFAULT_GROUP_BY).flatMap((field) => readGroupField(field)?.text ?? []),
    threshold: rule.threshold ?? 1,
    minTraffic: rule.min_traffic ?? 0,
  }
}

function isMetric(expr: string): boolean {
  const query = readQuery(expr)
  return !(query instanceof TraceqlError) && query.root.kind !== 'Pipeline'
}

function toMs(text: string | 0 | undefined): number | undefined {
  return text === undefined ? undefined : parseDurationMs(String(text))
}

/** Numbers and truth values as they were written. */
function readTexts(texts: RuleConfig['labels'], path: KeyPath, yaml: YamlFile): LabelSet {
  const names = Object.keys(texts ?? {})
  return new Map(names.map((name) => [name, readText([...path, name], texts?.[name], yaml)]))
}

function readText(path: KeyPath, value: string | number | boolean | undefined, yaml: YamlFile): string {
  return typeof value === 'string' ? value : (yaml.textOf(path) ?? '')
}
