import { z } from 'zod'
import { expecting } from '../../schema/expecting.js'
import { details, publicUrl, sendResolved, template, text, timeout, wordOrTemplate } from '../config-parts.js'
import { connectionSchema } from '../http/http-schema.js'
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
      severity: wordOrTemplate(SEVERITIES)
        .describe(
          'Of alerts whose label severity says none; or a template that says it of all. Default: error.',
        )
        .optional(),
      description: template().describe('The summary. Liquid. Default: what is wrong.').optional(),
      details: details.describe('Further custom_details. Liquid.').optional(),
      source: template('a text')
        .describe('What is affected. Liquid. Default: the service, else tracebell.')
        .optional(),
      component: template('a text').describe('Liquid. Default: the service.').optional(),
      class: template('a text').describe('Liquid. Default: alertname.').optional(),
      group: template('a text').describe('Liquid.').optional(),
      client_url: template('an address').describe('Liquid. Default: external_url.').optional(),
      client: text('a name')
        .max(255, { error: 'a name of at most 255 characters' })
        .describe('Default: tracebell.')
        .optional(),
      http_config: connectionSchema.optional(),
      send_resolved: sendResolved.optional(),
      timeout: timeout.optional(),
    },
    { error: expecting('a mapping with routing_key or routing_key_file') },
  )
  .superRefine(oneOf(['routing_key', 'routing_key_file']))

export type PagerdutyReceiverConfig = z.output<typeof pagerdutySchema>
