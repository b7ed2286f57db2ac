import { showDuration } from './show-duration.js'
import { showTime } from './show-time.js'
import { type AlertStory, showLabels, type Story } from './story.js'

/** A story as plain text: what mail without HTML and alert services show. Nothing in it is escaped. */
export function tellPlainly(story: Story): string {
  const { firing, resolved, alerts, more, note, url } = story
  const closing = [
    ...(more > 0 ? [`${more} more not shown.`] : []),
    ...(note === undefined ? [] : [note]),
    ...(url === undefined ? [] : [`tracebell: ${url}`]),
  ]
  return [`${firing} firing, ${resolved} resolved.`, ...alerts.map(tellAlert), closing.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n')
}

function tellAlert(alert: AlertStory): string {
  const labels = showLabels(alert.labels)
  const ended =
    alert.endedAt === undefined
      ? ''
      : `, until ${showTime(alert.endedAt)} (${showDuration(alert.endedAt - alert.startsAt)})`
  return [
    `${alert.status === 'firing' ? 'FIRING' : 'RESOLVED'}: ${alert.headline}`,
    ...(alert.details === undefined ? [] : [alert.details]),
    `since ${showTime(alert.startsAt)}${ended}`,
    ...(labels === '' ? [] : [labels]),
    ...alert.traces.map(({ text, url, id }) => `- ${text}: ${url ?? id}`),
    ...(alert.runbook === undefined ? [] : [`Runbook: ${alert.runbook}`]),
    ...(alert.url === undefined ? [] : [`Rule: ${alert.url}`]),
  ].join('\n')
}
