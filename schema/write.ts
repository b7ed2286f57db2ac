import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createJsonSchemas } from '../src/config/json-schemas.js'

// `npm run schema`: writes what editors read, from what checks the files.
for (const [name, schema] of Object.entries(createJsonSchemas())) {
  writeFileSync(join(import.meta.dirname, name), `${JSON.stringify(schema, undefined, 2)}\n`)
}
