import { z } from 'zod'
import { expecting } from '../../schema/expecting.js'
import { boolean, secretUrl, sendResolved, template, timeout } from '../config-parts.js'
import { httpSchema } from '../http/http-schema.js'
import { oneOf, secretFile, secretText } from '../secret/secret-schema.js'

/** What a webhook is sent. */
export const WEBHOOK_FORMATS = ['alertmanager', 'anomaly', 'cloudevents', 'template'] as const

const CONTENT_TYPE = /^[\w.+-]{1,60}\/[\w.+-]{1,60}(?:; ?charset=[\w-]{1,20})?$/

/** One of the `webhook_configs` of a receiver. */
export const webhookSchema = z
  .strictObject(
    {
      url: secretUrl('an address').optional(),
      url_file: secretFile('an address').optional(),
      format: z
        .enum(WEBHOOK_FORMATS, { error: `one of ${WEBHOOK_FORMATS.join(', ')}` })
        .describe(
          "What is sent: Alertmanager's document, each anomaly by itself, a CloudEvent, or what `template` makes. Default: alertmanager.",
        )
        .optional(),
      batch: boolean
        .describe(
          'Of the format anomaly: whether the anomalies of a check come as one array. Default: false.',
        )
        .optional(),
      template: template().describe('Liquid, with $status, $alerts, $commonLabels and others.').optional(),
      content_type: z
        .string({ error: 'a media type' })
        .regex(CONTENT_TYPE, { error: 'a media type such as application/json' })
        .describe('Of what the template makes. Default: application/json.')
        .optional(),
      max_alerts: z
        .int({ error: 'a whole number' })
        .min(0, { error: '0 or more' })
        .describe('More alerts are left out; 0 for no limit. Default: 0.')
        .optional(),
      signing_secret: secretText('a secret').describe('For signatures by Standard Webhooks.').optional(),
      signing_secret_file: secretFile('a secret').optional(),
      send_resolved: sendResolved.optional(),
      http_config: httpSchema.optional(),
      timeout: timeout.optional(),
    },
    { error: expecting('a mapping with url or url_file') },
  )
  .superRefine(oneOf(['url', 'url_file']))
  .superRefine(oneOf(['signing_secret', 'signing_secret_file'], { optional: true }))
  .superRefine(checkFormat)

export type WebhookReceiverConfig = z.output<typeof webhookSchema>

interface FormatKeys {
  readonly format?: string | undefined
  readonly [key: string]: unknown
}

/** The keys that belong to one format only. */
const KEYS_OF_FORMATS: ReadonlyMap<string, string> = new Map([
  ['batch', 'anomaly'],
  ['template', 'template'],
  ['content_type', 'template'],
])

function checkFormat(config: FormatKeys, context: z.RefinementCtx): void {
  if (config.format === 'template' && config['template'] === undefined) {
    context.addIssue({ code: 'custom', path: ['format'], message: 'a template beside the format template' })
  }
  for (const [key, format] of KEYS_OF_FORMATS) {
    if (config[key] === undefined || config.format === format) continue
    context.addIssue({ code: 'custom', path: [key], message: `nothing, but with the format ${format}` })
  }
}
