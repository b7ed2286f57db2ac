import { z } from 'zod'
import { DURATION, parseDurationMs } from '../../config/duration.js'
import { expecting } from '../../config/yaml/check-shape.js'
import { SECOND_MS } from '../../model/time.js'
import { silenceMatchersSchema as matchersSchema } from '../../dispatch/dispatch-schema.js'
import { TESTS_START as EARLIEST_START } from './tests-start.js'
import { MOST_TIMES } from './input-times.js'

const LONGEST_MS = 31 * 24 * 3600 * SECOND_MS

/** As milliseconds. YAML reads a bare 0 as a number. */
function duration(leastMs: number, error: string) {
  return z
    .union([z.literal(0, { error }), z.string({ error }).regex(DURATION, { error })], { error })
    .transform((text) => parseDurationMs(String(text)) ?? -1)
    .refine((ms) => ms >= leastMs && ms <= LONGEST_MS, { error })
}

const fromZero = duration(0, 'a duration such as 30s, 5m or 1h30m, of at most 31 days')
const fromMilli = duration(1, 'a duration above zero, such as 500ms, 30s or 5m, of at most 31 days')

const text = z.union([z.string(), z.number(), z.boolean()], { error: 'a text' })
const texts = z.record(z.string(), text, { error: 'a mapping of names and texts' })

const alertSchema = z.strictObject(
  {
    exp_labels: texts.optional().describe('Its labels, without alertname: exactly these.'),
    exp_annotations: texts
      .optional()
      .describe('Its annotations: exactly these. Not looked at where left out.'),
    exp_value: z
      .number({ error: 'a number' })
      .optional()
      .describe('Its value. Not looked at where left out.'),
  },
  { error: expecting('an alert: a mapping with exp_labels') },
)

const checkSchema = z.strictObject(
  {
    eval_time: fromZero.describe('So long after the start.'),
    alertname: z.string({ error: 'the name of an alert' }).describe('Of the alerts that are looked at.'),
    exp_alerts: z
      .array(alertSchema, { error: 'a list of alerts' })
      .optional()
      .describe('The alerts of this name that fire then: exactly these. None where left out.'),
  },
  { error: expecting('a mapping with eval_time, alertname and exp_alerts') },
)

/** An entry of `input_traces` that is more than the name of a file. */
export const inputSchema = z.strictObject(
  {
    trace: z.string({ error: 'a trace as a text under |' }).optional().describe('A trace, a span a line.'),
    otlp: z.unknown().optional().describe('An OTLP request as JSON has it.'),
    file: z
      .string({ error: 'the name of a file' })
      .optional()
      .describe('A file of OTLP JSON, or of lines of it.'),
    at: fromZero.optional().describe('When the first span starts, after the start. Default: 0s.'),
    every: fromMilli.optional().describe('It comes again so often. Default: the interval of the test.'),
    to: fromZero.optional().describe('It comes no later than this. Default: the last eval_time.'),
    times: z
      .int({ error: `a whole number from 1 to ${MOST_TIMES}` })
      .min(1, { error: `a whole number from 1 to ${MOST_TIMES}` })
      .max(MOST_TIMES, { error: `a whole number from 1 to ${MOST_TIMES}` })
      .optional()
      .describe('It comes so often in all.'),
    late: fromZero.optional().describe('It arrives so long after it has ended. Default: 0s.'),
  },
  { error: expecting('the name of a file, or a mapping with trace, otlp or file') },
)

/** An entry of `input_traces`. Each is looked at apart, as it may be a text or a mapping. */
export const anyInputSchema = z.unknown()

const STATUS = 'firing or resolved'
const status = z.enum(['firing', 'resolved'], { error: STATUS })

const toldAlertSchema = z.strictObject(
  {
    labels: texts.describe('Its labels, with alertname: exactly these.'),
    status: status.optional().describe('Default: firing.'),
  },
  { error: expecting('an alert: a mapping with labels') },
)

const notificationSchema = z.strictObject(
  {
    group_labels: texts.optional().describe('The labels of its group: exactly these.'),
    status: status.optional().describe('resolved where no alert of it fires any more.'),
    sent_at: fromZero.optional().describe('When it is told, after the start.'),
    alerts: z
      .array(toldAlertSchema, { error: 'a list of alerts' })
      .optional()
      .describe('The alerts that it tells of: exactly these.'),
    integration: z
      .string({ error: 'a kind such as slack, or slack[0]' })
      .optional()
      .describe('Whose messages are looked at, such as slack or slack[0]. Default: all of the receiver.'),
    contains: z
      .array(z.string({ error: 'a text' }), { error: 'a list of texts' })
      .optional()
      .describe('Texts that stand in each message.'),
    exp_body: z.unknown().optional().describe('What each message is: a text, or what its JSON holds.'),
  },
  { error: expecting('a notification: a mapping with group_labels, status, alerts, contains, …') },
)

const notificationCheckSchema = z.strictObject(
  {
    eval_time: fromZero.describe('So long after the start.'),
    receiver: z.string({ error: 'the name of a receiver' }).describe('Whom config names.'),
    exp_notifications: z
      .array(notificationSchema, { error: 'a list of notifications' })
      .optional()
      .describe(
        'What it has been told by then, since the eval_time before for this receiver: exactly these. None where left out.',
      ),
  },
  { error: expecting('a mapping with eval_time, receiver and exp_notifications') },
)

const silenceSchema = z.strictObject(
  {
    matchers: matchersSchema.describe('What is silenced, such as `severity="page"`.'),
    from: fromZero.optional().describe('When it begins, after the start. Default: 0s.'),
    to: fromMilli.describe('When it ends, after the start.'),
    comment: z.string({ error: 'a text' }).optional(),
  },
  { error: expecting('a silence: a mapping with matchers and to') },
)

const MOMENT = 'a moment such as 2026-03-02T08:00:00Z'
const moment = z
  .string({ error: MOMENT })
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/, { error: MOMENT })
  .transform((written) => Date.parse(written))
  .refine((at) => at >= EARLIEST_START, { error: `${MOMENT}, not before 2000` })

const testSchema = z.strictObject(
  {
    name: z.string({ error: 'a name' }).optional().describe('What is tested.'),
    interval: fromMilli.optional().describe('How often traces come that come again. Default: 1m.'),
    input_traces: z
      .array(anyInputSchema, { error: 'a list of traces' })
      .optional()
      .describe('The traces that come, or the names of files that hold them.'),
    start_time: moment
      .optional()
      .describe(
        'The moment at which it starts, for time intervals and maintenance windows. Default: 2000-01-01T00:00:00Z.',
      ),
    silences: z
      .array(silenceSchema, { error: 'a list of silences' })
      .optional()
      .describe('What is silenced, and when.'),
    alert_rule_test: z
      .array(checkSchema, { error: 'a list of what is expected' })
      .optional()
      .describe('What fires, and when.'),
    notification_test: z
      .array(notificationCheckSchema, { error: 'a list of what is expected' })
      .optional()
      .describe('Who is told of what, and when; by the receivers and the route of config.'),
  },
  { error: expecting('a test: a mapping with input_traces and alert_rule_test') },
)

/** A file of unit tests for rules, in the shape of promtool's. */
export const testFileSchema = z.strictObject(
  {
    rule_files: z
      .array(z.string({ error: 'a file, folder or pattern' }), {
        error: 'a list of files, folders or patterns',
      })
      .min(1, { error: 'at least one file, folder or pattern' })
      .describe('The rules that are tested: files, folders or patterns, beside this file.'),
    config: z
      .string({ error: 'the name of a file' })
      .optional()
      .describe('The settings with receivers and route, such as tracebell.yaml; beside this file.'),
    evaluation_interval: fromMilli
      .optional()
      .describe('How often groups are evaluated that do not say so. Default: 1m.'),
    tests: z.array(testSchema, { error: 'a list of tests' }),
  },
  { error: expecting('a mapping with rule_files and tests') },
)

export type TestFileConfig = z.output<typeof testFileSchema>
export type TestConfig = TestFileConfig['tests'][number]
export type InputConfig = z.output<typeof inputSchema>
export type NotificationCheckConfig = z.output<typeof notificationCheckSchema>
export type NotificationConfig = z.output<typeof notificationSchema>
export type SilenceConfig = z.output<typeof silenceSchema>
export type CheckConfig = z.output<typeof checkSchema>

/** What people write and what is no key here, with what to do instead. */
export const TEST_KEY_HINTS: ReadonlyMap<string, string> = new Map([
  ['input_series', 'there are no series here; expected input_traces'],
  ['promql_expr_test', 'there is no PromQL here; expected alert_rule_test'],
  ['external_labels', 'not supported; put labels into the rules'],
  ['external_url', 'not supported here'],
  ['group_eval_order', 'groups are independent of each other here'],
  ['fuzzy_compare', 'not needed: values are compared only where exp_value says so'],
])
