import type { Alert } from '../../model/alert.js'
import type { LabelSet } from '../../model/label-set.js'
import type { Notification } from '../../model/notification.js'
import type { Timestamp } from '../../model/time.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cleanLine, cleanText } from './clean-text.js'
import { commonLabels } from './common-labels.js'
import { toHttpLink } from './http-link.js'
import { type TraceStory, toTraceStory } from './trace-story.js'

/** A notification in plain words, for the kinds to lay out. Its texts are clean and bounded, but not yet escaped. */
export interface Story {
  /** Whether anything fires. */
  readonly status: Alert['status']
  readonly firing: number
  readonly resolved: number
  /** Such as `[FIRING:2, RESOLVED:1] SlowCheckout service=shop`. */
  readonly title: string
  /** The first few, those that fire first. */
  readonly alerts: readonly AlertStory[]
  /** How many alerts are not among them. */
  readonly more: number
  readonly note: string | undefined
  /** Where people reach this tracebell. */
  readonly url: string | undefined
}

export interface AlertStory {
  readonly status: Alert['status']
  /** What is wrong: its summary, or its description, or its name and labels. */
  readonly headline: string
  /** Its description, where the headline is something else. */
  readonly details: string | undefined
  /** Those that not all alerts have in common. */
  readonly labels: readonly (readonly [name: string, value: string])[]
  readonly startsAt: Timestamp
  /** When it ended; undefined while it fires. */
  readonly endedAt: Timestamp | undefined
  readonly value: number
  readonly traces: readonly TraceStory[]
  readonly runbook: string | undefined
  readonly url: string | undefined
}

export interface StoryOptions {
  readonly links: TemplateLinks
  /** How many alerts are told one by one. */
  readonly mostAlerts: number
  readonly longestDetails: number
}

const MOST_TRACES = 3
const LONGEST_TITLE = 250
const LONGEST_HEADLINE = 300
const LONGEST_NOTE = 500
const LONGEST_LABEL = 100
const MOST_LABELS = 12

export function tellStory(notification: Notification, options: StoryOptions): Story {
  const { alerts, foldedNote, externalUrl } = notification
  const firing = alerts.filter(({ status }) => status === 'firing')
  const resolved = alerts.filter(({ status }) => status === 'resolved')
  const common = commonLabels(alerts.map(({ labels }) => labels))
  const told = [...firing, ...resolved].slice(0, options.mostAlerts)
  return {
    status: firing.length > 0 ? 'firing' : 'resolved',
    firing: firing.length,
    resolved: resolved.length,
    title: toTitle(firing.length, resolved.length, common, notification.groupLabels),
    alerts: told.map((alert) => tellAlert(alert, common, options)),
    more: alerts.length - told.length,
    note: foldedNote === undefined ? undefined : cleanLine(foldedNote, LONGEST_NOTE),
    url: toHttpLink(externalUrl),
  }
}

function toTitle(firing: number, resolved: number, common: LabelSet, groupLabels: LabelSet): string {
  const counts = [
    ...(firing > 0 ? [`FIRING:${firing}`] : []),
    ...(resolved > 0 ? [`RESOLVED:${resolved}`] : []),
  ]
  const name = common.get('alertname') ?? `${firing + resolved} alerts`
  const labels = showLabels([...groupLabels].filter(([label]) => label !== 'alertname'))
  return cleanLine([`[${counts.join(', ')}]`, name, labels].join(' '), LONGEST_TITLE)
}

function tellAlert(alert: Alert, common: LabelSet, { links, longestDetails }: StoryOptions): AlertStory {
  const [summary, description] = [alert.annotations.get('summary'), alert.annotations.get('description')]
  const headline = [summary, description, nameOf(alert.labels)].find((text) => isSaying(text)) ?? 'an alert'
  const details = isSaying(summary) && isSaying(description) ? description : undefined
  return {
    status: alert.status,
    headline: cleanLine(headline, LONGEST_HEADLINE),
    details: details === undefined ? undefined : cleanText(details, longestDetails).trim(),
    labels: [...alert.labels]
      .filter(([name]) => !common.has(name))
      .slice(0, MOST_LABELS)
      .map(cleanLabel),
    startsAt: alert.startsAt,
    endedAt: alert.status === 'resolved' ? alert.endsAt : undefined,
    value: alert.value,
    traces: alert.exemplars.slice(0, MOST_TRACES).map((trace) => toTraceStory(trace, links)),
    runbook: toHttpLink(alert.annotations.get('runbook_url')),
    url: toHttpLink(alert.generatorUrl),
  }
}

function isSaying(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== ''
}

function nameOf(labels: LabelSet): string {
  const others = [...labels].filter(([name]) => name !== 'alertname')
  return [labels.get('alertname') ?? '', showLabels(others)].join(' ')
}

function cleanLabel([name, value]: readonly [string, string]): readonly [string, string] {
  return [cleanLine(name, LONGEST_LABEL), cleanLine(value, LONGEST_LABEL)]
}

/** Labels on a line, as `service=shop route=/pay`. */
export function showLabels(labels: readonly (readonly [string, string])[]): string {
  const shown = labels.slice(0, MOST_LABELS).map((label) => cleanLabel(label).join('='))
  return [...shown, ...(labels.length > MOST_LABELS ? ['…'] : [])].join(' ')
}
