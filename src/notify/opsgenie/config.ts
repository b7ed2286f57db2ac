import { z } from 'zod'
import { expecting } from '../../schema/expecting.js'
import { publicUrl, sendResolved, text, timeout } from '../config-parts.js'
import { oneOf, secretFile, secretText } from '../secret/secret-schema.js'

export const OPSGENIE_REGIONS = ['us', 'eu'] as const
export const OPSGENIE_PRIORITIES = ['P1', 'P2', 'P3', 'P4', 'P5'] as const
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
        .array(text('a text').max(50, { error: 'a text of at most 50 characters' }), {
          error: 'a list of texts',
        })
        .max(20, { error: 'at most 20' })
        .optional(),
      priority: z
        .enum(OPSGENIE_PRIORITIES, { error: 'P1 to P5' })
        .describe('Instead of what the label severity says: critical P1, error P2, warning P3, info P5.')
        .optional(),
      entity: text('a text').max(512, { error: 'a text of at most 512 characters' }).optional(),
      source: text('a text')
        .max(100, { error: 'a text of at most 100 characters' })
        .describe('Default: tracebell.')
        .optional(),
      send_resolved: sendResolved.optional(),
      timeout: timeout.optional(),
    },
    { error: expecting('a mapping with api_key or api_key_file') },
  )
  .superRefine(oneOf(['api_key', 'api_key_file']))
  .superRefine(oneOf(['region', 'api_url'], { optional: true }))

export type OpsgenieReceiverConfig = z.output<typeof opsgenieSchema>
