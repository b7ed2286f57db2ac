import { Secret } from './secret/secret.js'
import { digestOf } from './text/digest-of.js'

/**
 * Where an integration leads, as a digest of the settings that say so: what was made for one address is never sent to
 * another. It reveals no secret, and stays the same where the value of a variable or a file is replaced.
 */
export function addressOf(kind: string, settings: readonly unknown[]): string {
  return digestOf(JSON.stringify([kind, ...settings.map(identify)]))
}

function identify(setting: unknown): unknown {
  if (setting instanceof Secret) return setting.digest()
  return Array.isArray(setting) ? setting.map(identify) : (setting ?? null)
}
