import { formatDurationMs } from '../../config/duration.js'
import type { ExpectedNotification } from '../../replay/unit-test/expected-notification.js'
import type { TellingOutcome } from '../../replay/unit-test/run-test-files.js'
import { statusOf } from '../../replay/unit-test/compare-notifications.js'
import { formatLabels } from './format-labels.js'

const LONGEST_TEXT = 2000

type Found = TellingOutcome['found'][number]

/** How what a receiver was told differs from what was expected. */
export function formatTelling({ expected, found, start, comparison }: TellingOutcome): readonly string[] {
  const { missing, unexpected, differing } = comparison
  const count = `expected ${expected.notifications.length} told, got ${found.length}`
  return [
    `       by ${formatDurationMs(expected.atMs)}, to ${expected.receiver}: ${count}`,
    ...missing.map((each) => `         - ${describeExpected(each)}`),
    ...unexpected.map((each) => `         + ${describeFound(each, start)}`),
    ...differing.flatMap((each) => [
      `           ${describeFound(each.found, start)}`,
      ...each.differences.flatMap((difference) => [
        `         -   ${difference.what} ${cut(difference.expected)}`,
        `         +   ${difference.what} ${cut(difference.found)}`,
      ]),
    ]),
  ]
}

function describeExpected({ groupLabels, status, sentAtMs, alerts, contains }: ExpectedNotification): string {
  return [
    groupLabels === undefined ? 'a notification' : formatLabels(groupLabels),
    ...(status === undefined ? [] : [status]),
    ...(sentAtMs === undefined ? [] : [`at ${formatDurationMs(sentAtMs)}`]),
    ...(alerts === undefined ? [] : [`with ${alerts.map(({ labels }) => formatLabels(labels)).join(', ')}`]),
    ...(contains.length === 0 ? [] : [`that contains ${cut(contains.map(quote).join(', '))}`]),
  ].join(' ')
}

function describeFound(found: Found, start: number): string {
  const { notification, at } = found
  const told = notification === undefined ? 'anomalies' : formatLabels(notification.groupLabels)
  const alerts = notification?.alerts.length ?? 0
  return `${told} ${statusOf(found)} at ${formatDurationMs(at - start)}, ${alerts} alert${alerts === 1 ? '' : 's'}`
}

function quote(text: string): string {
  return JSON.stringify(text)
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text
}
