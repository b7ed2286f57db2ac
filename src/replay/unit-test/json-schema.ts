import { z } from 'zod'
import { toJsonSchema } from '../../config/json-schemas.js'
import { anyInputSchema, inputSchema, testFileSchema } from './test-file-schema.js'

const fileName = z.string().describe('A file of OTLP JSON, or of lines of it.')

/** The JSON Schema of files of unit tests, by the name of the file that holds it; for editors. */
export function createTestFileJsonSchemas(): Readonly<Record<string, unknown>> {
  const stands = new Map([[anyInputSchema, z.union([fileName, inputSchema])]])
  return {
    'rule-tests.schema.json': toJsonSchema(testFileSchema, 'Unit tests of rules of tracebell', stands),
  }
}
