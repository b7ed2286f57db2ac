import { z } from 'zod'
import { expecting } from '../../schema/expecting.js'
import { boolean, publicUrl, timeout } from '../config-parts.js'
import { httpSchema } from '../http/http-schema.js'

const MOST_SERVERS = 16

/** One of the `alertmanager_configs` of a receiver. */
export const alertmanagerSchema = z.strictObject(
  {
    urls: z
      .array(publicUrl, { error: 'a list of addresses, such as [http://alertmanager:9093]' })
      .min(1, { error: 'at least one address' })
      .max(MOST_SERVERS, { error: `at most ${MOST_SERVERS} addresses` })
      .describe('Each is sent every alert, as Prometheus does; one that takes it is enough.'),
    utf8_labels: boolean
      .describe(
        'Whether label names are sent as they are, which Alertmanager takes from 0.28 on; else what it never took becomes _. Default: false.',
      )
      .optional(),
    http_config: httpSchema.optional(),
    timeout: timeout.optional(),
  },
  { error: expecting('a mapping with urls') },
)

export type AlertmanagerReceiverConfig = z.output<typeof alertmanagerSchema>
