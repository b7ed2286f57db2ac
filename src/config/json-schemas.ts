import { z } from 'zod'
import { ruleFileSchema } from './rules/rule-file-schema.js'
import { settingsSchema } from './settings/settings-schema.js'

/** JSON Schemas of the files that people write, by the name of the file that holds each; for editors. */
export function createJsonSchemas(): Readonly<Record<string, unknown>> {
  return {
    'rules.schema.json': toJsonSchema(ruleFileSchema, 'Rules of tracebell'),
    'tracebell.schema.json': toJsonSchema(settingsSchema, 'Settings of tracebell'),
  }
}

function toJsonSchema(schema: z.ZodType, title: string): unknown {
  return { title, ...z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) }
}
