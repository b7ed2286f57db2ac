import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { checkShape } from '../src/config/yaml/check-shape.js'
import { describeFileFault, type FileFault } from '../src/config/yaml/file-fault.js'
import { readYaml } from '../src/config/yaml/read-yaml.js'
import { createReport } from '../src/config/yaml/report.js'
import { buildDispatch, checkReferences, dispatchSchema } from '../src/dispatch/config.js'

const TEXT = readFileSync(join(import.meta.dirname, '../docs/dispatch.md'), 'utf8')
/** All examples of the page are one file. */
const FILE = [...TEXT.matchAll(/```yaml\n([^]*?)```/g)].map(([, block = '']) => block).join('')

describe('the page on dispatch', () => {
  it('has examples without faults, which go together', () => {
    const { yaml, faults: given } = readYaml('docs', FILE)
    const faults: FileFault[] = [...given]
    if (yaml === undefined) throw new Error('no YAML')
    const report = createReport(yaml, faults)
    const config = checkShape(dispatchSchema, yaml.value, report)
    for (const { path, problem } of config === undefined ? [] : checkReferences(config)) report(path, problem)
    expect(faults.map(describeFileFault)).toEqual([])
    const plan = config === undefined ? undefined : buildDispatch(config)
    expect(plan?.route.routes).toHaveLength(2)
    expect(plan?.maintenanceWindows.map(({ schedule }) => schedule.kind)).toEqual([
      'once',
      'recurring',
      'intervals',
    ])
  })

  it('names every key', () => {
    const schema = JSON.stringify(z.toJSONSchema(dispatchSchema, { io: 'input' }))
    const keys = [...schema.matchAll(/"([a-z_]+)":\{/g)].map(([, key = '']) => key)
    const own = new Set(keys.filter((key) => !['properties', 'items', 'schema'].includes(key)))
    expect(own).toContain('active_time_intervals')
    expect([...own].filter((key) => !new RegExp(`\\b${key}\\b`).test(TEXT))).toEqual([])
  })
})
