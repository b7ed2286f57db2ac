import { suggest } from '../../config/suggest.js'
import type { KeyPath } from '../../config/yaml/key-path.js'
import type { Report } from '../../config/yaml/report.js'
import type { YamlFile } from '../../config/yaml/yaml-file.js'
import { toMatchers } from '../../dispatch/to-matchers.js'
import type { Silence } from '../../model/silence.js'
import type { Timestamp } from '../../model/time.js'
import { receiverNames, type DispatchSettings } from '../delivery/open-rehearsed.js'
import type { ExpectedNotification, ExpectedTelling } from './expected-notification.js'
import { readTexts } from './read-texts.js'
import type { NotificationCheckConfig, NotificationConfig, SilenceConfig } from './test-file-schema.js'

export interface ReadTellingsOptions {
  readonly yaml: YamlFile
  readonly report: Report
  readonly settings: DispatchSettings | undefined
}

/** What receivers are expected to be told, in order of time. A receiver that the settings do not name is reported. */
export function readTellings(
  checks: readonly NotificationCheckConfig[],
  path: KeyPath,
  options: ReadTellingsOptions,
): readonly ExpectedTelling[] {
  if (checks.length > 0 && options.settings === undefined) {
    options.report(path, 'expected `config` beside rule_files, with the receivers and the route')
    return []
  }
  const tellings = checks.map((check, index) => readTelling(check, [...path, index], options))
  return tellings.toSorted((left, right) => left.atMs - right.atMs)
}

function readTelling(
  { eval_time: atMs, receiver, exp_notifications: notifications = [] }: NotificationCheckConfig,
  path: KeyPath,
  options: ReadTellingsOptions,
): ExpectedTelling {
  checkReceiver(receiver, [...path, 'receiver'], options)
  return {
    atMs,
    receiver,
    notifications: notifications.map((each, index) =>
      readNotification(each, [...path, 'exp_notifications', index], options.yaml),
    ),
  }
}

function checkReceiver(receiver: string, path: KeyPath, { report, settings }: ReadTellingsOptions): void {
  const names = settings === undefined ? [] : receiverNames(settings)
  if (names.includes(receiver)) return
  const hint = suggest(receiver, names)
  report(path, `found no receiver ${JSON.stringify(receiver)}${hint === undefined ? '' : `; ${hint}`}`)
}

function readNotification(config: NotificationConfig, path: KeyPath, yaml: YamlFile): ExpectedNotification {
  const { group_labels: group, status, sent_at: sentAtMs, alerts, integration, contains = [] } = config
  return {
    groupLabels: group && readTexts(group, [...path, 'group_labels'], yaml),
    status,
    sentAtMs,
    alerts: alerts?.map((alert, index) => ({
      labels: readTexts(alert.labels, [...path, 'alerts', index, 'labels'], yaml),
      status: alert.status ?? 'firing',
    })),
    integration,
    contains,
    body: config.exp_body,
  }
}

/** The silences of a test that starts at `start`. */
export function readSilences(configs: readonly SilenceConfig[], start: Timestamp): readonly Silence[] {
  return configs.map(({ matchers, from = 0, to, comment = '' }, index) => ({
    id: `silences[${index}]`,
    matchers: toMatchers(matchers),
    startsAt: start + from,
    endsAt: start + to,
    updatedAt: start + from,
    createdBy: 'test',
    comment,
  }))
}
