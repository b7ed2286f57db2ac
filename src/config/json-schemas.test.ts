import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createJsonSchemas } from './json-schemas.js'

const FOLDER = join(import.meta.dirname, '../../schema')

describe('the JSON Schemas for editors', () => {
  it.each(Object.entries(createJsonSchemas()))('%s is what `npm run schema` writes', (name, schema) => {
    expect(JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)))
  })

  it('know every key, and what it is for', () => {
    const text = JSON.stringify(createJsonSchemas()['rules.schema.json'])
    for (const key of ['keep_firing_for', 'resolve_when', 'min_traffic', 'query_offset'])
      expect(text).toContain(`"${key}":`)
    expect(text).toContain('How long the condition must hold before the alert fires')
    expect(text).toContain('"additionalProperties":false')
  })
})
