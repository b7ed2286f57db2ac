import type { AllSettings } from '../../config/settings/read-settings.js'
import { openPlan } from '../../delivery-plan.js'
import type { DispatchPlan } from '../../dispatch/build-dispatch.js'
import type { Clock } from '../../model/clock.js'
import type { ReceiverConfig } from '../../notify/config.js'
import type { Receivers } from '../../notify/receivers.js'
import { listReceivers, openReceivers } from '../../open-receivers.js'

/** What of the settings says who is told of what. */
export type DispatchSettings = Pick<AllSettings, 'delivery' | 'links'> & {
  readonly config: Pick<AllSettings['config'], 'alerting'>
}

/** Receivers that only ever make messages, and the plan by which the daemon would dispatch to them. */
export interface RehearsedReceivers {
  readonly plan: DispatchPlan
  readonly receivers: Receivers
}

/** The names of all receivers, with the one that a variable names. */
export function receiverNames({ delivery, config }: DispatchSettings): readonly string[] {
  return listReceivers({ settings: delivery, alerting: config.alerting }).map(({ name }) => name)
}

/** The receivers of the settings and their plan; undefined where nobody is named. Neither secrets nor files are read. */
export function openRehearsed(
  { delivery: settings, links, config: { alerting } }: DispatchSettings,
  clock: Clock,
): RehearsedReceivers | undefined {
  const configs = listReceivers({ settings, alerting })
  if (configs.length === 0) return undefined
  const receivers = openReceivers(configs.map(withoutTls), { settings, links, environment: {}, clock })
  return { receivers, plan: openPlan({ settings, alerting }, receivers) }
}

/** Its files are read when a receiver is made, and may be on another machine; messages do not depend on them. */
function withoutTls(receiver: ReceiverConfig): ReceiverConfig {
  return {
    ...receiver,
    webhook_configs: receiver.webhook_configs?.map(withPlainHttp),
    alertmanager_configs: receiver.alertmanager_configs?.map(withPlainHttp),
    email_configs: receiver.email_configs?.map((config) => ({ ...config, tls_config: undefined })),
  }
}

function withPlainHttp<T extends { readonly http_config?: unknown }>(
  config: T,
): T & { http_config: undefined } {
  return { ...config, http_config: undefined }
}
