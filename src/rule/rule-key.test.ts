import { describe, expect, it } from 'vitest'
import { buildRuleGroup, slowRule } from '../../test/build-rule-group.js'
import type { MetricRule, RuleGroup } from '../model/alerting-rule.js'
import { toGroupKey, toRuleKeys } from './rule-key.js'

const keyOf = (rule: MetricRule, group: Partial<RuleGroup> = {}): string | undefined =>
  toRuleKeys(buildRuleGroup({ rules: [rule], ...group }))[0]

describe('toRuleKeys', () => {
  const labels = new Map([
    ['team', 'web'],
    ['severity', 'page'],
  ])

  it.each<[string, MetricRule]>([
    ['its condition', slowRule({ labels, expr: '{} | rate() > 99' })],
    ['how long it waits', slowRule({ labels, forMs: 1, keepFiringForMs: 2, windowMs: 3 })],
    ['its texts', slowRule({ labels, annotations: new Map([['summary', 'x']]) })],
    ['its place in the file', slowRule({ labels, place: { file: 'shop.yaml', line: 99, column: 1 } })],
    ['the order of its labels', slowRule({ labels: new Map([...labels].toReversed()) })],
  ])('is the same where a rule changes %s', (_, changed) => {
    expect(keyOf(changed)).toBe(keyOf(slowRule({ labels })))
  })

  it.each<[string, MetricRule, Partial<RuleGroup>]>([
    ['its name', slowRule({ labels, alert: 'Slower' }), {}],
    ['a label', slowRule({ labels: new Map([...labels, ['team', 'api']]) }), {}],
    ['its labels', slowRule({ labels: new Map() }), {}],
    ['its group', slowRule({ labels }), { name: 'other' }],
    ['its file', slowRule({ labels }), { file: 'other.yaml' }],
  ])('is another where a rule changes %s', (_, changed, group) => {
    expect(keyOf(changed, group)).not.toBe(keyOf(slowRule({ labels })))
  })

  it('gives rules that share their name and labels each a key of its own, in their order', () => {
    const [first, second, third] = toRuleKeys(buildRuleGroup({ rules: [slowRule(), slowRule(), slowRule()] }))
    expect(new Set([first, second, third]).size).toBe(3)
    expect(toRuleKeys(buildRuleGroup({ rules: [slowRule(), slowRule()] }))).toEqual([first, second])
  })

  it('cannot be fooled by names that hold what parts them', () => {
    expect(keyOf(slowRule(), { file: 'a', name: 'b","c' })).not.toBe(
      keyOf(slowRule(), { file: 'a","b', name: 'c' }),
    )
  })
})

describe('toGroupKey', () => {
  it('names the file and the group', () => {
    expect(toGroupKey({ file: 'rules/shop.yaml', name: 'shop' })).toBe('rules/shop.yaml;shop')
  })
})
