import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { type AnswerTable, HTTP_ANSWERS } from '../src/notify/http/answers.js'
import { receiverSchema } from '../src/notify/config.js'
import { NOTIFIER_KINDS } from '../src/notify/kinds.js'
import { OPSGENIE_ANSWERS } from '../src/notify/opsgenie/notifier.js'
import { PAGERDUTY_ANSWERS } from '../src/notify/pagerduty/notifier.js'
import { SLACK_RETRIED, SLACK_UNAUTHORIZED } from '../src/notify/slack/answers.js'
import { SEVERITIES, wordsOf } from '../src/notify/text/severity.js'
import { createMetrics } from '../src/telemetry/metrics.js'
import { checkNotificationTemplate } from '../src/template/check-template.js'
import { NOTIFICATION_VARIABLES } from '../src/template/dollar-names.js'

const TEXT = readFileSync(join(import.meta.dirname, '../docs/receivers.md'), 'utf8')

/** The rows of the table between two marks. */
function tableOf(mark: string): readonly string[] {
  const [, table = ''] = TEXT.split(`<!-- ${mark} -->\n`)
  return table.slice(0, table.indexOf('<!-- end -->')).trimEnd().split('\n')
}

const WORDS = { taken: 'taken', retried: 'tried again', 'given up': 'given up' } as const

function toTable(table: AnswerTable): readonly string[] {
  const rows = table.map(({ statuses, outcome, reason, means }) => {
    const shown = statuses.map((status) => String(status)).join(', ')
    return `| ${shown}: ${means} | ${WORDS[outcome]} | ${reason === undefined ? '' : `\`${reason}\` `}|`
  })
  return [
    '| answer | what comes of it | reason |',
    '| --- | --- | --- |',
    ...rows,
    '| none | tried again | `network` or `timeout` |',
  ]
}

function slackTable(): readonly string[] {
  const retried = [...SLACK_RETRIED].map(([code, reason]) => `| \`${code}\` | tried again | \`${reason}\` |`)
  const refused = [...SLACK_UNAUTHORIZED].map((code) => `| \`${code}\` | given up | \`unauthorized\` |`)
  return [
    '| answer | what comes of it | reason |',
    '| --- | --- | --- |',
    ...retried,
    ...refused,
    '| any other code | given up | `client_error` |',
    '| something else than `{"ok":true}` | tried again | `server_error` |',
  ]
}

describe('the page on receivers', () => {
  const blocks = [...TEXT.matchAll(/```yaml\n([^]*?)```/g)].map(([, block = '']) => block)
  const receivers: readonly unknown[] = blocks.flatMap((block) => parse(block).receivers)

  it.each(receivers.map((each) => [JSON.stringify(each), each]))(
    'has an example without faults: %.60s',
    (_text, each) => {
      expect(receiverSchema.safeParse(each).error?.issues).toBeUndefined()
    },
  )

  it('has an example of every kind', () => {
    const all = JSON.stringify(receivers)
    expect(NOTIFIER_KINDS.filter((kind) => !all.includes(`"${kind}_configs"`))).toEqual([])
  })

  it('tells every key', () => {
    const schema = JSON.stringify(z.toJSONSchema(receiverSchema, { io: 'input' }))
    const keys = [...schema.matchAll(/"([a-z_]+[a-z])":\{/g)].map(([, key = '']) => key)
    const own = keys.filter((key) => !['properties', 'items', 'propertyNames'].includes(key))
    expect(own).toContain('insecure_skip_verify')
    expect(own.filter((key) => !new RegExp(`\\b${key}\\b`).test(TEXT))).toEqual([])
  })

  it.each<[string, readonly string[]]>([
    ['answers: webhook', toTable(HTTP_ANSWERS)],
    ['answers: alertmanager', toTable(HTTP_ANSWERS)],
    ['answers: slack', toTable(HTTP_ANSWERS)],
    ['answers: slack-api', slackTable()],
    ['answers: pagerduty', toTable(PAGERDUTY_ANSWERS)],
    ['answers: opsgenie', toTable(OPSGENIE_ANSWERS)],
    [
      'severities',
      [
        '| severity | words |',
        '| --- | --- |',
        ...SEVERITIES.map((severity) => `| \`${severity}\` | ${wordsOf(severity).join(', ')} |`),
      ],
    ],
  ])('says what the code does, of %s', (mark, table) => {
    expect(tableOf(mark)).toEqual(table)
  })

  it('tells the variables of templates, and shows one that is taken', () => {
    expect(NOTIFICATION_VARIABLES.filter((name) => !TEXT.includes(`\`${name}\``))).toEqual([])
    const templates = [...JSON.stringify(receivers).matchAll(/"template":("(?:[^"\\]|\\.)*")/g)].map(
      ([, text = '']) => String(JSON.parse(text)),
    )
    expect(templates).toHaveLength(1)
    expect(templates.flatMap(checkNotificationTemplate)).toEqual([])
  })

  it('names metrics that there are', () => {
    const names = [...TEXT.matchAll(/`(tracebell_[a-z_]+)/g)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(7)
    const { registry } = createMetrics()
    expect(names.filter((name) => registry.getSingleMetric(name) === undefined)).toEqual([])
  })
})
