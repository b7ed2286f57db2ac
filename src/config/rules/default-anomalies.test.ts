import { describe, expect, it } from 'vitest'
import { DEFAULT_ANOMALIES } from './default-anomalies.js'
import { parseRuleFile } from './parse-rule-file.js'

describe('the rules on what is unlike normal that need no configuration', () => {
  it('are what somebody would write who leaves out everything', () => {
    const text = 'groups: [{name: anomalies, interval: 10s, rules: [{alert: Unusual, anomaly: default}]}]'
    const { groups, faults } = parseRuleFile('built-in', text, { intervalMs: 1 })
    expect(faults).toEqual([])
    const rules = groups[0]?.rules.map((rule) => ({
      ...rule,
      place: { file: 'built-in', line: 1, column: 1 },
    }))
    expect(groups.map((group) => ({ ...group, rules }))).toEqual([DEFAULT_ANOMALIES])
  })
})
