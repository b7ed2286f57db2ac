import { describe, expect, it } from 'vitest'
import { parseRuleFile } from '../rules/parse-rule-file.js'
import { countFaults, describeFileFault } from './file-fault.js'

const faultsOf = (text: string) => parseRuleFile('r.yaml', text, { intervalMs: 30_000 }).faults

describe('the faults of a file', () => {
  it.each([
    [999, 999],
    [1000, 1000],
    [1001, 1001],
    [1500, 1001],
  ])('are counted where there are %d, of which the first thousand are told', (count, told) => {
    const rules = Array.from({ length: count }, (_, at) => `  - {alert: A${at}, expr: '{ }', window: x}`)
    const faults = faultsOf(['groups:', '- name: g', '  rules:', ...rules, ''].join('\n'))
    expect([faults.length, countFaults(faults)]).toEqual([told, count])
    const last = faults.map(describeFileFault).at(-1)
    if (count > 1000) expect(last).toMatch(/^r\.yaml:1004:\d+: and \d+ more faults, from here on/)
    if (count > 1000) expect(last).toContain(`and ${count - 1000} more faults`)
  })

  it('are counted where the text is no YAML', () => {
    const faults = faultsOf(['groups:', ...Array.from({ length: 150 }, () => ' x: "\\q"'), ''].join('\n'))
    expect([faults.length, countFaults(faults)]).toEqual([101, 150])
  })
})
