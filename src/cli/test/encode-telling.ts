import { formatDurationMs } from '../../config/duration.js'
import type { LabelSet } from '../../model/label-set.js'
import { statusOf } from '../../replay/unit-test/compare-notifications.js'
import type { ExpectedNotification } from '../../replay/unit-test/expected-notification.js'
import type { TellingOutcome } from '../../replay/unit-test/run-test-files.js'

/** What a receiver was told, beside what was expected, as machines read it. */
export function encodeTelling({ expected, found, start, isPassed }: TellingOutcome): object {
  return {
    evalTime: formatDurationMs(expected.atMs),
    receiver: expected.receiver,
    passed: isPassed,
    expected: expected.notifications.map(encodeExpected),
    got: found.map((each) => encodeFound(each, start)),
  }
}

/** What is undefined is left out, as JSON has it. */
function encodeExpected({ groupLabels, sentAtMs, alerts, body, ...others }: ExpectedNotification): object {
  return {
    ...others,
    groupLabels: groupLabels && Object.fromEntries(groupLabels),
    sentAt: sentAtMs === undefined ? undefined : formatDurationMs(sentAtMs),
    alerts: alerts?.map(encodeAlert),
    body,
  }
}

function encodeFound(found: TellingOutcome['found'][number], start: number): object {
  const { notification, at, messages } = found
  return {
    groupLabels: Object.fromEntries(notification?.groupLabels ?? []),
    status: statusOf(found),
    sentAt: formatDurationMs(at - start),
    alerts: (notification?.alerts ?? []).map(encodeAlert),
    messages: messages.map(({ target, message: { contentType, body } }) => ({ target, contentType, body })),
  }
}

function encodeAlert({ labels, status }: { readonly labels: LabelSet; readonly status: string }): object {
  return { labels: Object.fromEntries(labels), status }
}
