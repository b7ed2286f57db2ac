import type { AlertingRule, RuleGroup } from '../model/alerting-rule.js'
import { toFingerprint } from '../model/label-set.js'
import type { RuleKey } from '../store/rule-store.js'

/** A group as metrics and logs name it; two files may each have a group of one name. */
export type GroupKey = string

export function toGroupKey({ file, name }: Pick<RuleGroup, 'file' | 'name'>): GroupKey {
  return `${file};${name}`
}

/**
 * Who the rules of a group are across reloads and restarts: by file, group, name and labels, as in Prometheus, so that
 * a rule whose threshold or text is edited keeps its alerts. Of rules that share all of these each has its turn.
 */
export function toRuleKeys({ file, name, rules }: Pick<RuleGroup, 'file' | 'name' | 'rules'>): RuleKey[] {
  const turns = new Map<string, number>()
  return rules.map((rule) => {
    const own = nameAndLabels(rule)
    const turn = turns.get(own) ?? 0
    turns.set(own, turn + 1)
    return JSON.stringify([file, name, own, turn])
  })
}

function nameAndLabels({ alert, labels }: AlertingRule): string {
  return JSON.stringify([alert, toFingerprint(labels)])
}
