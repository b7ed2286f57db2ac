import type { DeliveryReport, RehearsedMessage } from '../../replay/delivery/delivery-report.js'
import { printable } from '../query/printable.js'
import { formatTable, type Column } from '../query/table.js'
import { formatLabels } from './format-labels.js'

/** More are in the JSON. */
const SHOWN_MESSAGES = 20
const SHOWN_TEXTS = 3
const SHOWN_LINES = 12
const SHOWN_CHARACTERS = 100

const RECEIVER_COLUMNS: readonly Column[] = [
  { title: 'RECEIVER', maxWidth: 40 },
  { title: 'GROUPS', align: 'right' },
  { title: 'MESSAGES', align: 'right' },
]

const MUTED_COLUMNS: readonly Column[] = [
  { title: 'MUTED', align: 'right' },
  { title: 'WHY', maxWidth: 100 },
]

const MESSAGE_COLUMNS: readonly Column[] = [
  { title: 'TOLD AT' },
  { title: 'TO', maxWidth: 40 },
  { title: 'FIRING', align: 'right' },
  { title: 'ENDED', align: 'right' },
  { title: 'GROUP', maxWidth: 60 },
]

/** Who would have been told of what, as people read it. */
export function formatDelivery(report: DeliveryReport): string {
  const { messages, unkept, muted } = report
  const { groups, alerts, toldAlerts } = report
  const sections = [
    `${alerts} alerts, of ${toldAlerts} of which somebody would have been told, in ${groups} groups\n`,
    formatTable(
      RECEIVER_COLUMNS,
      report.receivers.map((each) => [each.receiver, String(each.groups), String(each.messages)]),
    ),
  ]
  if (muted.length > 0)
    sections.push(
      formatTable(
        MUTED_COLUMNS,
        muted.map((each) => [String(each.alerts), each.text]),
      ),
    )
  if (messages.length > 0) sections.push(formatMessages(messages, unkept), ...formatTexts(messages))
  return sections.join('\n')
}

function formatMessages(messages: readonly RehearsedMessage[], unkept: number): string {
  const shown = messages.slice(0, SHOWN_MESSAGES)
  const others = messages.length + unkept - shown.length
  const table = formatTable(MESSAGE_COLUMNS, shown.map(toRow))
  return others > 0 ? `${table}and ${others} more; --json shows them\n` : table
}

function toRow({ at, target, group }: RehearsedMessage): readonly string[] {
  const counts = group === undefined ? ['-', '-'] : [String(group.firing), String(group.resolved)]
  return [iso(at), target, ...counts, group === undefined ? 'anomalies' : showGroup(group.labels)]
}

function showGroup(labels: ReadonlyMap<string, string>): string {
  const name = labels.get('alertname')
  return name === undefined ? formatLabels(labels) : `${name} ${formatLabels(labels)}`
}

/** The first messages of all, as they would have been sent. */
function formatTexts(messages: readonly RehearsedMessage[]): readonly string[] {
  return messages.slice(0, SHOWN_TEXTS).map(({ at, target, message }) => {
    const lines = layOut(message.body).split(/\r?\n/)
    const shown = lines.slice(0, SHOWN_LINES).map((line) => `  ${cut(printable(line))}`)
    const more = lines.length > SHOWN_LINES ? ['  …'] : []
    return `${[printable(`${iso(at)} ${target}: ${message.contentType}`), ...shown, ...more].join('\n')}\n`
  })
}

function layOut(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2)
  } catch {
    // What is no JSON is shown as it is.
    return body
  }
}

function cut(line: string): string {
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line
}

function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}
