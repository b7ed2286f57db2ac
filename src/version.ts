import { createRequire } from 'node:module'

/** The version of this package. */
export const VERSION = readVersion()

function readVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('../package.json')
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return known && typeof manifest.version === 'string' ? manifest.version : 'unknown'
}
