import { z } from 'zod'
import { DISPATCH_HINTS, dispatchFields, receiverFields } from '../../dispatch/config.js'
import { receiverSchema as integrationsSchema } from '../../notify/config.js'
import { expecting } from '../../schema/expecting.js'

/** Who can be told: by which ways, and how often. */
export const receiverSchema = z.strictObject(
  { ...integrationsSchema.shape, ...receiverFields },
  { error: expecting('a mapping with name, webhook_configs, …') },
)

export type ReceiverSettings = z.output<typeof receiverSchema>

/** The settings of whom to tell, by their keys in `tracebell.yaml`. */
export const deliveryFields = {
  ...dispatchFields,
  receivers: z
    .array(receiverSchema, { error: 'a list of receivers' })
    .optional()
    .describe('Who can be told. Without a route everything goes to the first.'),
  allow_exec: z
    .boolean({ error: 'true or false' })
    .optional()
    .describe('Whether receivers may start programs on this machine. Default: false.'),
} as const

export const DELIVERY_HINTS = DISPATCH_HINTS
