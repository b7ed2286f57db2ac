import { z } from 'zod'
import { expecting } from '../../schema/expecting.js'
import { details, publicUrl, sendResolved, template, text, timeout, wordOrTemplate } from '../config-parts.js'
import { connectionSchema } from '../http/http-schema.js'
import { oneOf, secretFile, secretText } from '../secret/secret-schema.js'
import { OPSGENIE_PRIORITIES } from './priority.js'

export const OPSGENIE_REGIONS = ['us', 'eu'] as const
const RESPONDER_TYPES = ['team', 'user', 'escalation', 'schedule'] as const

const responder = z
  .strictObject(
    {
      type: z.enum(RESPONDER_TYPES, { error: `one of ${RESPONDER_TYPES.join(', ')}` }),
      id: text('an id').optional(),
      name: text('a name').optional(),
      username: text('a user name').optional(),
    },
    { error: expecting('a mapping with type and name, id or username') },
  )
  .superRefine(oneOf(['id', 'name', 'username']))

/** One of the `opsgenie_configs` of a receiver. */
export const opsgenieSchema = z
  .strictObject(
    {
      api_key: secretText('an API key').optional(),
      api_key_file: secretFile('an API key').optional(),
      region: z.enum(OPSGENIE_REGIONS, { error: 'us or eu' }).describe('Default: us.').optional(),
      api_url: publicUrl.describe('Instead of a region.').optional(),
      responders: z.array(responder, { error: 'a list' }).max(50, { error: 'at most 50' }).optional(),
      tags: z
        .array(template('a text'), { error: 'a list of texts' })
        .max(20, { error: 'at most 20' })
        .describe('Liquid.')
        .optional(),
      priority: wordOrTemplate(OPSGENIE_PRIORITIES)
        .describe(
          'Instead of what the label severity says: critical P1, error P2, warning P3, info P5. Liquid.',
        )
        .optional(),
      message: template().describe('The title. Liquid. Default: how many fire, and their name.').optional(),
      description: template().describe('Liquid. Default: all that is known.').optional(),
      note: template().describe('What is said where the alert is closed. Liquid.').optional(),
      details: details.describe('Beside the labels that all alerts have in common. Liquid.').optional(),
      entity: template('a text').describe('Liquid. Default: the service.').optional(),
      source: template('a text').describe('Liquid. Default: tracebell.').optional(),
      http_config: connectionSchema.optional(),
      send_resolved: sendResolved.optional(),
      timeout: timeout.optional(),
    },
    { error: expecting('a mapping with api_key or api_key_file') },
  )
  .superRefine(oneOf(['api_key', 'api_key_file']))
  .superRefine(oneOf(['region', 'api_url'], { optional: true }))

export type OpsgenieReceiverConfig = z.output<typeof opsgenieSchema>
