import { z } from 'zod'
import { SENSITIVITIES } from '../../model/alerting-rule.js'
import { SIGNALS } from '../../model/finding.js'
import { durationOrZero } from '../../schema/duration.js'
import { expecting } from '../yaml/check-shape.js'

/** What people write who are content with every default. */
const DEFAULT_WORD = 'default'
const EXPECTED = 'default, or a mapping with signals, where, sensitivity, min_traffic and warm_up'
const SIGNAL_EXPECTED = `one of ${SIGNALS.join(', ')}`
const CALLS_EXPECTED = 'a whole number from 1 on'

const settingsSchema = z.strictObject(
  {
    signals: z
      .array(z.enum(SIGNALS, { error: SIGNAL_EXPECTED }), { error: 'a list such as [latency, errors]' })
      .min(1, { error: `at least ${SIGNAL_EXPECTED}` })
      .max(SIGNALS.length, { error: `at most ${SIGNALS.length} signals` })
      .optional()
      .describe(`What may be unlike normal. Default: [${SIGNALS.join(', ')}].`),
    where: z
      .string({
        error: 'a spanset filter as a text, in quotes, such as \'{ resource.service.name = "api" }\'',
      })
      .optional()
      .describe('TraceQL: only the spans that this filter picks are looked at. Default: `{ }`.'),
    sensitivity: z
      .enum(SENSITIVITIES, { error: `one of ${SENSITIVITIES.join(', ')}` })
      .optional()
      .describe('How little it takes to be told: `high` tells of more. Default: medium.'),
    min_traffic: z
      .int({ error: CALLS_EXPECTED })
      .min(1, { error: CALLS_EXPECTED })
      .optional()
      .describe('An operation is judged once it was called so often. Default: 20.'),
    warm_up: durationOrZero
      .optional()
      .describe('Nothing is told before spans have been seen for so long. Default: 2m.'),
  },
  { error: expecting(EXPECTED) },
)

/** What stands under `anomaly` in a rule: what is looked at, and how closely. */
export const anomalySchema = z.union([z.literal(DEFAULT_WORD), settingsSchema], { error: EXPECTED })

export type AnomalyConfig = z.output<typeof anomalySchema>
export type AnomalySettings = z.output<typeof settingsSchema>
