import { z } from 'zod'
import { expecting } from '../../schema/expecting.js'
import { publicUrl, sendResolved, text, timeout } from '../config-parts.js'
import { oneOf, secretFile, secretText } from '../secret/secret-schema.js'
import { SEVERITIES } from '../text/severity.js'

/** One of the `pagerduty_configs` of a receiver: an integration key of Events API v2. */
export const pagerdutySchema = z
  .strictObject(
    {
      routing_key: secretText('an integration key').optional(),
      routing_key_file: secretFile('an integration key').optional(),
      url: publicUrl
        .describe(
          'Default: https://events.pagerduty.com/v2/enqueue; of EU accounts https://events.eu.pagerduty.com/v2/enqueue.',
        )
        .optional(),
      severity: z
        .enum(SEVERITIES, { error: `one of ${SEVERITIES.join(', ')}` })
        .describe('Of alerts whose label severity says none. Default: error.')
        .optional(),
      source: text('a text')
        .max(255, { error: 'a text of at most 255 characters' })
        .describe('What is affected. Default: the service, else tracebell.')
        .optional(),
      client: text('a name')
        .max(255, { error: 'a name of at most 255 characters' })
        .describe('Default: tracebell.')
        .optional(),
      send_resolved: sendResolved.optional(),
      timeout: timeout.optional(),
    },
    { error: expecting('a mapping with routing_key or routing_key_file') },
  )
  .superRefine(oneOf(['routing_key', 'routing_key_file']))

export type PagerdutyReceiverConfig = z.output<typeof pagerdutySchema>
