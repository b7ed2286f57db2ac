import { addressOf } from './address-of.js'
import { createAlertmanagerNotifier } from './alertmanager/notifier.js'
import type { ReceiverConfig } from './config.js'
import { createEmailNotifier } from './email/notifier.js'
import { createExecNotifier } from './exec/notifier.js'
import type { Notifier, NotifierSurroundings } from './notifier.js'
import { createOpsgenieNotifier } from './opsgenie/notifier.js'
import { createPagerdutyNotifier } from './pagerduty/notifier.js'
import { createSlackNotifier } from './slack/notifier.js'
import { createWebhookNotifier } from './webhook/notifier.js'

export const NOTIFIER_KINDS = [
  'webhook',
  'alertmanager',
  'slack',
  'pagerduty',
  'opsgenie',
  'email',
  'exec',
] as const
export type NotifierKind = (typeof NOTIFIER_KINDS)[number]

/** A notifier that was made, and a digest of where it leads. */
interface Created {
  readonly notifier: Notifier
  readonly address: string
}

type Create = (receiver: ReceiverConfig, surroundings: NotifierSurroundings) => readonly Created[]

/**
 * The notifiers of each kind in a receiver, in the order in which they are configured, with the settings that say where
 * each leads. A new kind is a folder, a line here and one in the schema of receivers.
 */
export const CREATE_NOTIFIERS: Readonly<Record<NotifierKind, Create>> = {
  webhook: each('webhook_configs', ['url', 'url_file'], createWebhookNotifier),
  alertmanager: each('alertmanager_configs', ['urls'], createAlertmanagerNotifier),
  slack: each(
    'slack_configs',
    ['api_url', 'api_url_file', 'token', 'token_file', 'web_api_url', 'channel'],
    createSlackNotifier,
  ),
  pagerduty: each('pagerduty_configs', ['routing_key', 'routing_key_file', 'url'], createPagerdutyNotifier),
  opsgenie: each(
    'opsgenie_configs',
    ['api_key', 'api_key_file', 'region', 'api_url'],
    createOpsgenieNotifier,
  ),
  email: each('email_configs', ['to', 'smarthost'], createEmailNotifier),
  exec: each('exec_configs', ['command', 'args'], createExecNotifier),
}

type ConfigKey = Exclude<keyof ReceiverConfig, 'name'>
type ConfigOf<K extends ConfigKey> = NonNullable<ReceiverConfig[K]>[number]

function each<K extends ConfigKey>(
  key: K,
  whereTo: readonly (keyof ConfigOf<K>)[],
  create: (config: ConfigOf<K>, surroundings: NotifierSurroundings) => Notifier,
): Create {
  return (receiver, surroundings) => {
    const configs: readonly ConfigOf<K>[] = receiver[key] ?? []
    return configs.map((config) => ({
      notifier: create(config, surroundings),
      address: addressOf(
        key,
        whereTo.map((setting) => config[setting]),
      ),
    }))
  }
}
