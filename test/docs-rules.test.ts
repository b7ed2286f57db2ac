import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createJsonSchemas } from '../src/config/json-schemas.js'
import { parseRuleFile } from '../src/config/rules/parse-rule-file.js'
import { describeFileFault } from '../src/config/yaml/file-fault.js'
import { checkTemplate } from '../src/template/check-template.js'

const TEXT = readFileSync(join(import.meta.dirname, '../docs/rules.md'), 'utf8')
const BLOCKS = [...TEXT.matchAll(/```yaml\n([^]*?)```/g)].map(([, block = '']) => block)

/** An example of rules alone, as a file. */
function toFile(block: string): string {
  return block.startsWith('- alert')
    ? `groups:\n- name: g\n  rules:\n${block.replaceAll(/^/gm, '  ')}`
    : block
}

describe('the page on rules', () => {
  const files = BLOCKS.map(toFile).filter((block) => block.includes('groups:'))

  it.each(files)('has examples without faults: %.60s', (file) => {
    const { groups, faults } = parseRuleFile('docs', file, { intervalMs: 30_000 })
    expect(faults.map(describeFileFault)).toEqual([])
    expect(groups).toHaveLength(1)
  })

  it('has two examples of each kind', () => {
    const rules = files.flatMap(
      (file) => parseRuleFile('docs', file, { intervalMs: 1 }).groups[0]?.rules ?? [],
    )
    for (const kind of ['metric', 'match', 'anomaly']) {
      expect(rules.filter((rule) => rule.kind === kind).length).toBeGreaterThanOrEqual(2)
    }
  })

  it('explains every key', () => {
    const schema = JSON.stringify(createJsonSchemas()['rules.schema.json'])
    const keys = [...schema.matchAll(/"([a-z_]+)":\{/g)].map(([, key = '']) => key)
    const own = keys.filter((key) => !['properties', 'items'].includes(key))
    expect(own).toContain('keep_firing_for')
    expect(own.filter((key) => !TEXT.includes(`\`${key}\``) && key !== 'groups')).toEqual([])
  })

  it('shows templates that are taken', () => {
    const inText = TEXT.replaceAll(String.raw`\|`, '|')
    const templates = [...inText.matchAll(/`(\{\{ \$[^`]*\}\}|\{%[^`]*%\})`/g)].map(
      ([, template = '']) => template,
    )
    expect(templates.length).toBeGreaterThan(8)
    expect(templates.flatMap((template) => checkTemplate(template))).toEqual([])
  })
})
