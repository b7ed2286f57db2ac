import { z } from 'zod'
import { expecting } from '../../schema/expecting.js'
import { sendResolved, text, timeout } from '../config-parts.js'
import { secretText } from '../secret/secret-schema.js'

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/

/** One of the `exec_configs` of a receiver: a local program. Needs `allow_exec: true` in the configuration. */
export const execSchema = z.strictObject(
  {
    command: text('the path of a program').describe('Started as it is, without a shell.'),
    args: z
      .array(z.string({ error: 'a text' }), { error: 'a list of texts' })
      .max(100, { error: 'at most 100' })
      .optional(),
    env: z
      .record(z.string().regex(NAME, { error: 'the name of a variable' }), secretText('a text'), {
        error: 'a mapping of names and texts',
      })
      .describe('Further variables; of those of tracebell it sees PATH, HOME, LANG and TZ only.')
      .optional(),
    send_resolved: sendResolved.optional(),
    timeout: timeout.optional(),
  },
  { error: expecting('a mapping with command') },
)

export type ExecReceiverConfig = z.output<typeof execSchema>
