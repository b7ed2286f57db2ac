import type { Setup } from './config/setup/setup.js'
import type { RulePlace } from './model/alerting-rule.js'
import { DeliveryError } from './notify/delivery-error.js'
import { createSecretReader } from './notify/secret/create-secret-reader.js'
import { Secret } from './notify/secret/secret.js'

/** A secret that a receiver needs and that cannot be read, as its variable is not set or its file not there. */
export interface MissingSecret extends RulePlace {
  /** Such as `receivers[0].slack_configs[0].token`. */
  readonly key: string
  readonly problem: string
}

/** Tries to read every secret of the receivers. What was read is let go of at once. */
export async function findMissingSecrets({
  delivery,
  secrets = {},
}: Pick<Setup, 'delivery' | 'secrets'>): Promise<readonly MissingSecret[]> {
  if (delivery === undefined) return []
  const reader = createSecretReader(secrets, delivery.folder)
  const missing: MissingSecret[] = []
  for (const { secret, path } of secretsIn(delivery.receivers, ['receivers'])) {
    try {
      await secret.read(reader)
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error
      missing.push({ ...delivery.describePlace(path), problem: error.message })
    }
  }
  return missing
}

interface FoundSecret {
  readonly secret: Secret
  readonly path: Path
}

type Path = readonly (string | number)[]

/** Those in lists and mappings, however deep. */
function secretsIn(value: unknown, path: Path): readonly FoundSecret[] {
  if (value instanceof Secret) return [{ secret: value, path }]
  if (Array.isArray(value)) return value.flatMap((each, index) => secretsIn(each, [...path, index]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => secretsIn(each, [...path, key]))
}
