import { z } from 'zod'
import { DISPATCH_HINTS, dispatchFields, receiverFields } from '../../dispatch/config.js'
import { alertmanagerSchema } from '../../notify/alertmanager/config.js'
import { emailSchema } from '../../notify/email/config.js'
import { execSchema } from '../../notify/exec/config.js'
import { opsgenieSchema } from '../../notify/opsgenie/config.js'
import { pagerdutySchema } from '../../notify/pagerduty/config.js'
import { slackSchema } from '../../notify/slack/config.js'
import { webhookSchema } from '../../notify/webhook/config.js'
import { expecting } from '../../schema/expecting.js'

function many<T extends z.ZodType>(schema: T) {
  return z.array(schema, { error: 'a list of mappings' }).optional()
}

/** Who can be told, and by which ways. */
export const receiverSchema = z.strictObject(
  {
    ...receiverFields,
    webhook_configs: many(webhookSchema).describe('An address of your own.'),
    alertmanager_configs: many(alertmanagerSchema).describe(
      'Alertmanagers, which group and route themselves.',
    ),
    slack_configs: many(slackSchema).describe('Slack.'),
    pagerduty_configs: many(pagerdutySchema).describe('PagerDuty, by its Events API v2.'),
    opsgenie_configs: many(opsgenieSchema).describe('Opsgenie.'),
    email_configs: many(emailSchema).describe('E-mail.'),
    exec_configs: many(execSchema).describe('A program on this machine; needs allow_exec.'),
  },
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
