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

/** `stands` gives schemas for those that are looked at apart when a file is read, and say nothing themselves. */
export function toJsonSchema(
  schema: z.ZodType,
  title: string,
  stands: ReadonlyMap<unknown, z.ZodType> = new Map(),
): Readonly<Record<string, unknown>> {
  const options = { io: 'input', target: 'draft-7' } as const
  const json = z.toJSONSchema(schema, {
    ...options,
    override: ({ zodSchema, jsonSchema }) => {
      const other = stands.get(zodSchema)
      if (other === undefined) return
      const { $schema: _, ...own } = z.toJSONSchema(other, options)
      Object.assign(jsonSchema, own)
    },
  })
  return { title, ...json }
}
