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

type Create = (receiver: ReceiverConfig, surroundings: NotifierSurroundings) => readonly Notifier[]

/**
 * The notifiers of each kind in a receiver, in the order in which they are configured. A new kind is a folder, a line here
 * and one in the schema of receivers.
 */
export const CREATE_NOTIFIERS: Readonly<Record<NotifierKind, Create>> = {
  webhook: each('webhook_configs', createWebhookNotifier),
  alertmanager: each('alertmanager_configs', createAlertmanagerNotifier),
  slack: each('slack_configs', createSlackNotifier),
  pagerduty: each('pagerduty_configs', createPagerdutyNotifier),
  opsgenie: each('opsgenie_configs', createOpsgenieNotifier),
  email: each('email_configs', createEmailNotifier),
  exec: each('exec_configs', createExecNotifier),
}

type ConfigKey = Exclude<keyof ReceiverConfig, 'name'>
type ConfigOf<K extends ConfigKey> = NonNullable<ReceiverConfig[K]>[number]

function each<K extends ConfigKey>(
  key: K,
  create: (config: ConfigOf<K>, surroundings: NotifierSurroundings) => Notifier,
): Create {
  return (receiver, surroundings) => {
    const configs: readonly ConfigOf<K>[] = receiver[key] ?? []
    return configs.map((config) => create(config, surroundings))
  }
}
