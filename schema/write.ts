import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createJsonSchemas } from '../src/config/json-schemas.js'
import { createTestFileJsonSchemas } from '../src/replay/unit-test/json-schema.js'

// `npm run schema`: writes what editors read, from what checks the files.
const schemas = { ...createJsonSchemas(), ...createTestFileJsonSchemas() }
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(join(import.meta.dirname, name), `${JSON.stringify(schema, undefined, 2)}\n`)
}
