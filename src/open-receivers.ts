import type { AlertingConfig } from './config/config.js'
import type { DeliverySettings } from './config/settings/read-delivery.js'
import type { Clock } from './model/clock.js'
import type { ReceiverConfig } from './notify/config.js'
import { createReceivers, type Receivers } from './notify/receivers.js'
import { createSecretReader } from './notify/secret/create-secret-reader.js'
import { Secret } from './notify/secret/secret.js'
import { untraced } from './telemetry/untraced.js'
import { createNotificationRenderer } from './template/create-notification-renderer.js'
import type { TemplateLinks } from './template/template-links.js'
import { VERSION } from './version.js'

export interface OpenReceiversOptions {
  readonly alerting: Pick<AlertingConfig, 'webhookUrl' | 'batch'>
  /** Whom the settings name; undefined where they name nobody. */
  readonly settings: DeliverySettings | undefined
  readonly links: TemplateLinks
  /** Where receivers find their secrets. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
}

/** The receivers of the settings, and the one that a variable names and that is called by its name. */
export function listReceivers({
  alerting,
  settings,
}: Pick<OpenReceiversOptions, 'alerting' | 'settings'>): readonly ReceiverConfig[] {
  const { webhookUrl, batch } = alerting
  const configured = settings?.receivers ?? []
  if (webhookUrl === undefined) return configured
  const webhook = { url: Secret.ofText(webhookUrl.href), format: 'anomaly', batch } as const
  return [...configured, { name: 'TEMPO_ALERT_WEBHOOK_URL', webhook_configs: [webhook] }]
}

/** Makes these receivers. Throws as `createReceivers` does. */
export function openReceivers(
  configs: readonly ReceiverConfig[],
  { settings, links, environment, clock }: Omit<OpenReceiversOptions, 'alerting'>,
): Receivers {
  return createReceivers(configs, {
    clock,
    untraced,
    userAgent: `tracebell/${VERSION}`,
    secrets: createSecretReader(environment, settings?.folder ?? '.'),
    links,
    render: createNotificationRenderer(links),
    allowExec: settings?.allowExec ?? false,
  })
}
