import { z } from 'zod'
import { expecting } from '../../schema/expecting.js'
import { publicUrl, secretUrl, sendResolved, template, text, timeout } from '../config-parts.js'
import { connectionSchema } from '../http/http-schema.js'
import { oneOf, secretFile, secretText } from '../secret/secret-schema.js'

/** One of the `slack_configs` of a receiver: an incoming webhook, or a token with a channel. */
export const slackSchema = z
  .strictObject(
    {
      api_url: secretUrl('the address of an incoming webhook').optional(),
      api_url_file: secretFile('the address of an incoming webhook').optional(),
      token: secretText('a bot token').describe('For chat.postMessage, with channel.').optional(),
      token_file: secretFile('a bot token').optional(),
      web_api_url: publicUrl
        .describe('Where chat.postMessage is. Default: https://slack.com/api/chat.postMessage.')
        .optional(),
      channel: text('a channel, such as #alerts or its id')
        .max(200, { error: 'a channel' })
        .describe('Needed with a token; most incoming webhooks have one of their own.')
        .optional(),
      username: text('a name').max(80, { error: 'a name of at most 80 characters' }).optional(),
      icon_emoji: z
        .string({ error: 'an emoji such as :bell:' })
        .regex(/^:[\w+-]{1,60}:$/, { error: 'an emoji such as :bell:' })
        .optional(),
      title: template()
        .describe('The line above, as it is shown in notifications. Liquid; shown as it is.')
        .optional(),
      text: template()
        .describe(
          "What stands below. Liquid that makes Slack's mrkdwn, in which values are shown as they are.",
        )
        .optional(),
      color: template().describe('good, warning, danger or a colour such as #439FE0. Liquid.').optional(),
      fallback: template()
        .describe('For clients that show no formatted text. Default: title. Liquid.')
        .optional(),
      http_config: connectionSchema.optional(),
      send_resolved: sendResolved.optional(),
      timeout: timeout.optional(),
    },
    { error: expecting('a mapping with api_url or token') },
  )
  .superRefine(oneOf(['api_url', 'api_url_file', 'token', 'token_file']))
  .superRefine((config, context) => {
    const hasToken = config.token !== undefined || config.token_file !== undefined
    if (hasToken && config.channel === undefined) {
      context.addIssue({ code: 'custom', path: [], message: 'a channel beside the token' })
    }
  })

export type SlackReceiverConfig = z.output<typeof slackSchema>
