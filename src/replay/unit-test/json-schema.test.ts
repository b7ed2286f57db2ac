import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTestFileJsonSchemas } from './json-schema.js'

const FOLDER = join(import.meta.dirname, '../../../schema')

describe('the JSON Schema of unit tests', () => {
  it.each(Object.entries(createTestFileJsonSchemas()))(
    '%s is what `npm run schema` writes',
    (name, schema) => {
      expect(JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)))
    },
  )

  it('knows every key, and those of traces too', () => {
    expect(createTestFileJsonSchemas()['rule-tests.schema.json']).toMatchObject({
      required: ['rule_files', 'tests'],
      additionalProperties: false,
      properties: {
        tests: {
          items: {
            additionalProperties: false,
            properties: {
              input_traces: {
                items: {
                  anyOf: [
                    { type: 'string' },
                    { additionalProperties: false, properties: { trace: {}, otlp: {}, file: {}, late: {} } },
                  ],
                },
              },
              alert_rule_test: { items: { properties: { eval_time: {}, exp_alerts: {} } } },
            },
          },
        },
      },
    })
  })
})
