import { z } from 'zod'
import { DaemonError } from './daemon-error.js'

const labels = z.record(z.string(), z.string())

const alert = z.object({
  labels,
  annotations: labels,
  fingerprint: z.string(),
  startsAt: z.string(),
  endsAt: z.string(),
  receivers: z.array(z.object({ name: z.string() })),
  status: z.object({
    state: z.string(),
    silencedBy: z.array(z.string()),
    inhibitedBy: z.array(z.string()),
    mutedBy: z.array(z.string()).default([]),
  }),
})

const silence = z.object({
  id: z.string(),
  status: z.object({ state: z.string() }),
  matchers: z.array(
    z.object({
      name: z.string(),
      value: z.string(),
      isRegex: z.boolean(),
      isEqual: z.boolean().default(true),
    }),
  ),
  startsAt: z.string(),
  endsAt: z.string(),
  createdBy: z.string(),
  comment: z.string(),
})

const notification = z.object({
  id: z.number(),
  target: z.string(),
  state: z.string(),
  status: z.string().optional(),
  attempts: z.number(),
  createdAt: z.string(),
  nextAttemptAt: z.string().optional(),
  lastError: z.string().optional(),
  groupKey: z.string(),
})

const notifications = z.object({
  notifications: z.array(notification),
  waiting: z.number(),
  delivered: z.number(),
  dead: z.number(),
})

const overtaken = z.object({
  id: z.number(),
  by: z.object({ id: z.number(), state: z.string(), status: z.string().optional() }),
})

const retry = z.object({ requeued: z.number(), overtaken: z.array(overtaken).default([]) })

const step = z.object({
  depth: z.int().min(0).max(1000),
  matchers: z.string(),
  receiver: z.string(),
  continue: z.boolean(),
  outcome: z.enum(['taken', 'entered', 'not matched', 'not asked']),
})

const route = z.object({
  receiver: z.string(),
  groupKey: z.string(),
  groupLabels: labels,
  groupWaitMs: z.number(),
  groupIntervalMs: z.number(),
  repeatIntervalMs: z.number(),
  mutes: z.array(z.string()),
  group: z
    .object({
      alerts: z.number(),
      dueAt: z.string().optional(),
      steps: z.array(z.object({ stage: z.string(), at: z.string(), text: z.string() })),
    })
    .optional(),
})

const decision = z.object({
  receivers: z.array(z.string()),
  path: z.array(step),
  routes: z.array(route),
})

/** An alert as a tracebell or an Alertmanager answers it. */
export type AnsweredAlert = z.output<typeof alert>
export type AnsweredSilence = z.output<typeof silence>
export type AnsweredNotification = z.output<typeof notification>
export type AnsweredOvertaken = z.output<typeof overtaken>
export type AnsweredNotifications = z.output<typeof notifications>

/** Each throws a `DaemonError` for what is no such answer. */
export const decodeAlerts = createDecoder(z.array(alert))
export const decodeSilences = createDecoder(z.array(silence))
export const decodeSilenceId = createDecoder(z.object({ silenceID: z.string() }))
export const decodeNotifications = createDecoder(notifications)
export const decodeDecision = createDecoder(decision)
export const decodeRetry = createDecoder(retry)

function createDecoder<T extends z.ZodType>(schema: T): (body: unknown) => z.output<T> {
  return (body) => {
    const decoded = schema.safeParse(body)
    if (decoded.success) return decoded.data
    const [issue] = decoded.error.issues
    throw new DaemonError(
      'daemon',
      `the answer cannot be understood: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}; is it a tracebell?`,
    )
  }
}
