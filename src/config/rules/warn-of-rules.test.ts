import { describe, expect, it } from 'vitest'
import { createTestLogger } from '../../../test/test-logger.js'
import { parseRuleFile } from './parse-rule-file.js'
import { warnOfRules } from './warn-of-rules.js'

const REACH = { ms: 900_000, setBy: 'received spans are kept (TRACEBELL_WINDOW_MAX_AGE_SECS)' }

function warningsOf(...rules: readonly string[]) {
  const text = `groups: [{name: g, rules: [${rules.join(', ')}]}]`
  const { groups, faults } = parseRuleFile('r.yaml', text, { intervalMs: 30_000 })
  expect(faults).toEqual([])
  const logger = createTestLogger()
  warnOfRules(groups, REACH, logger)
  return logger.lines
}

const rule = (name: string, more: string): string => `{alert: ${name}, expr: '{ }', ${more}}`

describe('rules that run', () => {
  it('are named where they look further back than their source', () => {
    expect(warningsOf(rule('A', 'window: 15m'), rule('B', 'window: 20m'))).toEqual([
      [
        'warn',
        'A rule looks further back than its source',
        {
          rule: 'B',
          place: 'r.yaml:1:66',
          problem:
            'the window of 20m reaches further back than the 15m that received spans are kept (TRACEBELL_WINDOW_MAX_AGE_SECS): the rule sees a part of the traces only, and no alert of it ends',
        },
      ],
    ])
    expect(warningsOf(rule('A', 'window: 15m, query_offset: 1s'))).toHaveLength(1)
  })

  it('are only counted beyond ten', () => {
    const lines = warningsOf(...Array.from({ length: 12 }, (_, at) => rule(`A${at}`, 'window: 1h')))
    expect(lines).toHaveLength(11)
    expect(lines.at(-1)).toEqual(['warn', 'More rules look further back than their source', { rules: 2 }])
  })
})
