import { z } from 'zod'
import { ERROR_BEHAVIOURS, NO_DATA_BEHAVIOURS } from '../../model/alerting-rule.js'
import { durationFromSecond, durationOrZero } from '../../schema/duration.js'
import { expecting } from '../yaml/check-shape.js'
import { anomalySchema } from './anomaly-schema.js'

/** Names that begin with two underscores belong to Prometheus itself. */
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/

function wholeNumber(least: number) {
  const error = `a whole number from ${least} on`
  return z.int({ error }).min(least, { error })
}

const text = z.union([z.string(), z.number(), z.boolean()], { error: 'a text' })
/** What faults say of the name of a label or an annotation. */
export const NAME_EXPECTED = 'a name of letters, digits and _ that begins with no digit and not with __'
const labelName = z.string().regex(LABEL_NAME, { error: NAME_EXPECTED })
const texts = z.record(labelName, text, { error: 'a mapping of names and texts' })

/** What faults say of an expression. */
export const EXPR_EXPECTED =
  'a TraceQL query as a text, in quotes or under |, as YAML takes what begins with { for a mapping'

const limit = wholeNumber(0).describe(
  'More alerts of a rule than this at once are an error of the rule; 0 for no limit.',
)
const queryOffset = durationOrZero.describe(
  'Windows end at least so long before the evaluation, for data that come late. What is known of the source counts as well.',
)

const ruleSchema = z
  .strictObject(
    {
      alert: z
        .string({ error: 'the name of the alert' })
        .min(1, { error: 'the name of the alert' })
        .describe('The name of the alert.'),
      expr: z
        .string({ error: EXPR_EXPECTED })
        .optional()
        .describe(
          'TraceQL. Metrics that end in a comparison, such as `{ status = error } | rate() > 5`, give an alert for each series; a search gives one for each group of the traces that match.',
        ),
      anomaly: anomalySchema
        .optional()
        .describe(
          'In place of expr: alerts on what is unlike normal, one for each service that is to blame. `default` takes every default.',
        ),
      for: durationOrZero
        .optional()
        .describe('How long the condition must hold before the alert fires. Default: 0s.'),
      keep_firing_for: durationOrZero
        .optional()
        .describe('How long the alert goes on firing when the condition holds no more. Default: 0s.'),
      window: durationFromSecond
        .optional()
        .describe('The expression looks at so long a time before the evaluation. Default: 1m.'),
      labels: texts.optional().describe('Labels of the alert, over those of the group. Templates.'),
      annotations: texts
        .optional()
        .describe(
          'What to tell people. Templates with $labels, $value and $traces, and with $finding beside anomaly.',
        ),
      limit: limit.optional(),
      query_offset: queryOffset.optional(),
      group_by: z
        .array(z.string({ error: 'an attribute or intrinsic of TraceQL, such as span.http.route' }), {
          error: 'a list of attributes and intrinsics, such as [rootServiceName, span.http.route]',
        })
        .max(10, { error: 'at most 10 attributes' })
        .optional()
        .describe(
          'Searches only: an alert for each combination of these. Default: [rootServiceName, rootName].',
        ),
      threshold: wholeNumber(1)
        .optional()
        .describe('Searches only: so many distinct traces of a group must match. Default: 1.'),
      min_traffic: wholeNumber(0)
        .optional()
        .describe(
          'Searches only: so many distinct traces, matching or not, must be in the window. Default: 0.',
        ),
      resolve_when: z
        .string({ error: 'a comparison with a number, such as < 5 or <= 1.5s' })
        .optional()
        .describe('An alert that fires goes on until its value satisfies this, such as `< 5`.'),
      no_data: z
        .enum(NO_DATA_BEHAVIOURS, { error: `one of ${NO_DATA_BEHAVIOURS.join(', ')}` })
        .optional()
        .describe(
          'What a window without any trace does: nothing holds (ok), alerts stay (keep), or one fires. Default: ok.',
        ),
      error: z
        .enum(ERROR_BEHAVIOURS, { error: `one of ${ERROR_BEHAVIOURS.join(', ')}` })
        .optional()
        .describe(
          'What a failed evaluation does: alerts stay as they are (keep), or one fires as well. Default: keep.',
        ),
    },
    { error: expecting('a rule: a mapping with alert and expr, or with alert and anomaly') },
  )
  .meta({
    description: 'An alerting rule.',
    oneOf: [{ required: ['expr'] }, { required: ['anomaly'] }],
  })

const groupSchema = z
  .strictObject(
    {
      name: z
        .string({ error: 'a name' })
        .min(1, { error: 'a name' })
        .describe('Tells the groups of a file apart.'),
      interval: durationFromSecond
        .optional()
        .describe('How often the rules are evaluated. Default: that of tracebell.yaml.'),
      limit: limit.optional(),
      query_offset: queryOffset.optional(),
      labels: texts.optional().describe('Labels of every rule of the group that does not set them itself.'),
      rules: z.array(ruleSchema, { error: 'a list of rules' }),
    },
    { error: expecting('a group: a mapping with name and rules') },
  )
  .describe('Rules that are evaluated together, in order.')

export const ruleFileSchema = z.strictObject(
  { groups: z.array(groupSchema, { error: 'a list of groups' }) },
  { error: expecting('a mapping with groups') },
)

export type RuleFileConfig = z.output<typeof ruleFileSchema>
export type RuleGroupConfig = z.output<typeof groupSchema>
export type RuleConfig = z.output<typeof ruleSchema>

/** What people write and what is no key here, with what to do instead. */
export const KEY_HINTS: ReadonlyMap<string, string> = new Map([
  ['record', 'recording rules are not supported, as no series are stored here; expected alert'],
  ['<<', 'merging mappings is not part of YAML 1.2; an alias may stand for a whole value'],
  ['partial_response_strategy', 'a key of Thanos that has no meaning here'],
])
