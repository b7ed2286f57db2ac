import { showDuration } from '../text/show-duration.js'
import { showTime } from '../text/show-time.js'
import { type AlertStory, showLabels, type Story } from '../text/story.js'
import { escapeHtml } from './escape-html.js'

const COLOURS = { firing: '#d40e0d', resolved: '#2a7d4f' } as const
const GREY = 'color:#5f6368;font-size:13px'

/** A story as HTML for mail: no pictures, no scripts, nothing that is loaded, and every text escaped. */
export function encodeHtml(story: Story): string {
  const alerts = story.alerts.map(encodeAlert).join('\n')
  return `<!doctype html>
<html><head><meta charset="utf-8"><title>${escapeHtml(story.title)}</title></head>
<body style="margin:0;padding:16px;font-family:system-ui,-apple-system,'Segoe UI',Arial,sans-serif;color:#202124">
<div style="max-width:680px">
<p style="font-size:18px;font-weight:600;margin:0 0 4px;color:${COLOURS[story.status]}">${escapeHtml(story.title)}</p>
<p style="${GREY};margin:0 0 16px">${story.firing} firing, ${story.resolved} resolved</p>
${alerts}
<p style="${GREY}">${encodeClosing(story)}</p>
</div>
</body></html>
`
}

function encodeAlert(alert: AlertStory): string {
  const traces = alert.traces.map(
    ({ text, url, id }) =>
      `<li>${link(text, url)}${url === undefined ? ` <code>${escapeHtml(id)}</code>` : ''}</li>`,
  )
  const labels = showLabels(alert.labels)
  const parts = [
    `<p style="margin:0;font-weight:600">${link(alert.headline, alert.url)}</p>`,
    ...(alert.details === undefined
      ? []
      : [`<p style="margin:4px 0;white-space:pre-line">${escapeHtml(alert.details)}</p>`]),
    `<p style="margin:4px 0;${GREY}">${escapeHtml(encodeTimes(alert))}</p>`,
    ...(labels === '' ? [] : [`<p style="margin:4px 0"><code>${escapeHtml(labels)}</code></p>`]),
    ...(traces.length === 0 ? [] : [`<ul style="margin:4px 0;padding-left:20px">${traces.join('')}</ul>`]),
    ...(alert.runbook === undefined ? [] : [`<p style="margin:4px 0">${link('Runbook', alert.runbook)}</p>`]),
  ]
  return `<div style="border-left:4px solid ${COLOURS[alert.status]};padding:2px 0 2px 12px;margin:0 0 16px">${parts.join('\n')}</div>`
}

function encodeTimes({ startsAt, endedAt }: AlertStory): string {
  if (endedAt === undefined) return `since ${showTime(startsAt)}`
  return `from ${showTime(startsAt)} to ${showTime(endedAt)} (${showDuration(endedAt - startsAt)})`
}

function encodeClosing({ more, note, url }: Story): string {
  const parts = [
    ...(more > 0 ? [`${more} more not shown.`] : []),
    ...(note === undefined ? [] : [escapeHtml(note)]),
    url === undefined ? 'Sent by tracebell.' : `Sent by ${link('tracebell', url)}.`,
  ]
  return parts.join('<br>')
}

function link(text: string, url: string | undefined): string {
  const shown = escapeHtml(text)
  return url === undefined ? shown : `<a href="${escapeHtml(url)}">${shown}</a>`
}
