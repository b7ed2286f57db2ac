import type { AlertingRule } from '../../../model/alerting-rule.js'
import { toFingerprint } from '../../../model/label-set.js'
import { print } from '../../../traceql/index.js'
import type { Finding, LintedRule } from './lint.js'

/** Finds rules whose alerts cannot be told apart, and rules that say the same under two names. */
export function createDuplicateLint(): (linted: LintedRule) => readonly Finding[] {
  const byName = new Map<string, LintedRule>()
  const byMeaning = new Map<string, LintedRule>()

  return (linted) => {
    const named = remember(byName, nameOf(linted), linted)
    if (named !== undefined) {
      const problem = `the same name and labels as the rule at ${placeOf(named)}: their alerts cannot be told apart`
      return [{ path: ['alert'], problem }]
    }
    const same = remember(byMeaning, meaningOf(linted), linted)
    if (same === undefined) return []
    return [{ path: ['alert'], problem: `says the same as ${same.rule.alert} at ${placeOf(same)}` }]
  }
}

/** The one that was there before. */
function remember(known: Map<string, LintedRule>, key: string, linted: LintedRule): LintedRule | undefined {
  const before = known.get(key)
  if (before === undefined) known.set(key, linted)
  return before
}

function nameOf({ rule }: LintedRule): string {
  return JSON.stringify([rule.alert, toFingerprint(rule.labels)])
}

function meaningOf({ rule, query }: LintedRule): string {
  const { windowMs, forMs, keepFiringForMs, queryOffsetMs, resolveWhen, noData, onError } = rule
  return JSON.stringify([
    print(query.query),
    toFingerprint(rule.labels),
    [windowMs, forMs, keepFiringForMs, queryOffsetMs, resolveWhen, noData, onError],
    rule.kind,
    ofKind(rule),
  ])
}

function ofKind(rule: AlertingRule): readonly unknown[] {
  switch (rule.kind) {
    case 'metric':
      return []
    case 'match':
      return [rule.groupBy, rule.threshold, rule.minTraffic]
    case 'anomaly':
      return [rule.signals, rule.sensitivity, rule.minTraffic, rule.warmUpMs]
  }
}

function placeOf({ rule: { place } }: LintedRule): string {
  return `${place.file}:${place.line}`
}
