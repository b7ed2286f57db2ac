import { z } from 'zod'
import { expecting } from '../schema/expecting.js'
import { alertmanagerSchema } from './alertmanager/config.js'
import { text } from './config-parts.js'
import { emailSchema } from './email/config.js'
import { execSchema } from './exec/config.js'
import { opsgenieSchema } from './opsgenie/config.js'
import { pagerdutySchema } from './pagerduty/config.js'
import { slackSchema } from './slack/config.js'
import { webhookSchema } from './webhook/config.js'

const MOST_INTEGRATIONS = 50

function several<T extends z.ZodType>(schema: T) {
  return z
    .array(schema, { error: 'a list' })
    .max(MOST_INTEGRATIONS, { error: `at most ${MOST_INTEGRATIONS}` })
    .optional()
}

/** A receiver, as Alertmanager has them. One without any integration tells nobody. */
export const receiverSchema = z.strictObject(
  {
    name: text('a name').max(200, { error: 'a name of at most 200 characters' }),
    webhook_configs: several(webhookSchema),
    alertmanager_configs: several(alertmanagerSchema),
    slack_configs: several(slackSchema),
    pagerduty_configs: several(pagerdutySchema),
    opsgenie_configs: several(opsgenieSchema),
    email_configs: several(emailSchema),
    exec_configs: several(execSchema),
  },
  { error: expecting('a mapping with name and lists such as slack_configs') },
)

export type ReceiverConfig = z.output<typeof receiverSchema>
