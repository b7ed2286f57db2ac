import { Registry } from 'prom-client'
import { buildDispatch, dispatchSchema, type DispatchPlan } from '../src/dispatch/config.js'
import { createDispatcher, DEFAULT_DISPATCH_LIMITS, type DispatchLimits } from '../src/dispatch/dispatcher.js'
import { createSilences } from '../src/dispatch/silences.js'
import type { Alert } from '../src/model/alert.js'
import type { Flushed } from '../src/model/flush.js'
import { toFingerprint } from '../src/model/label-set.js'
import type { Notice } from '../src/model/notice.js'
import { parseMatchers } from '../src/model/parse-matchers.js'
import type { Silence } from '../src/model/silence.js'
import { MINUTE_MS, SECOND_MS } from '../src/model/time.js'
import { createDispatchMetrics } from '../src/telemetry/dispatch-metrics.js'
import { createTestClock, type TestClock } from './test-clock.js'
import { createTestLogger } from './test-logger.js'

/** Labels in short: `alertname=Slow,service=shop`. */
export function labelsOf(text: string): ReadonlyMap<string, string> {
  return new Map(parseMatchers(text).map(({ name, value }) => [name, value]))
}

/** A plan from settings as people write them. */
export function planOf(settings: Readonly<Record<string, unknown>>): DispatchPlan {
  const plan = buildDispatch(dispatchSchema.parse({ receivers: [{ name: 'team' }], ...settings }))
  if (plan === undefined) throw new Error('the settings have no receiver')
  return plan
}

export interface HarnessOptions {
  readonly limits?: Partial<DispatchLimits>
  /** Receivers that do not want to hear of ends. */
  readonly withoutResolved?: readonly string[]
  readonly clock?: TestClock
}

/** Dispatch on virtual time with a log and an outbox in memory, which live on when it is restarted. */
export function createHarness(settings: Readonly<Record<string, unknown>>, options: HarnessOptions = {}) {
  const clock = options.clock ?? createTestClock()
  const logger = createTestLogger()
  const metrics = createDispatchMetrics(new Registry())
  const begin = clock.now()
  const flushes: Flushed[] = []
  const log = new Map<string, Notice>()
  /** As the store has it: every alert that was told of, but for those let go. */
  const active = new Map<string, Alert>()
  let failing = 0
  let silenceCount = 0

  const savedSilences = new Map<string, Silence>()
  const silences = createSilences({
    load: async () => [...savedSilences.values()],
    save: async (changed) => changed.forEach((each) => savedSilences.set(each.id, each)),
    createId: () => `silence-${(silenceCount += 1)}`,
    clock,
    logger,
  })

  async function flush(flushed: Flushed): Promise<void> {
    // Nothing is kept at once.
    await Promise.resolve()
    if (failing > 0) {
      failing -= 1
      throw new Error('disk full')
    }
    flushes.push(flushed)
    for (const notice of flushed.notices) log.set(JSON.stringify([notice.groupKey, notice.receiver]), notice)
    for (const alert of flushed.ended) {
      const fingerprint = toFingerprint(alert.labels)
      if (active.get(fingerprint)?.endsAt === alert.endsAt) active.delete(fingerprint)
    }
  }

  function open(plan: DispatchPlan) {
    return createDispatcher({
      plan,
      restore: async () => [...active.values()],
      silences,
      findNotice: async (groupKey, receiver, at) => {
        await Promise.resolve()
        const notice = log.get(JSON.stringify([groupKey, receiver]))
        return notice !== undefined && notice.expiresAt > at ? notice : undefined
      },
      flush,
      sendsResolved: (receiver) => options.withoutResolved?.includes(receiver) !== true,
      externalUrl: () => 'http://127.0.0.1:9320',
      clock,
      logger,
      metrics,
      limits: { ...DEFAULT_DISPATCH_LIMITS, ...options.limits },
    })
  }

  let plan = planOf(settings)
  let dispatcher = open(plan)

  function accept(alerts: readonly Alert[]): void {
    for (const alert of alerts) active.set(toFingerprint(alert.labels), alert)
    dispatcher.accept(alerts)
  }

  function alertOf(text: string, over: Partial<Alert> = {}): Alert {
    return {
      labels: labelsOf(text),
      annotations: new Map(),
      startsAt: clock.now(),
      endsAt: clock.now() + 365 * 24 * 60 * MINUTE_MS,
      status: 'firing',
      generatorUrl: '',
      value: 1,
      exemplars: [],
      ...over,
    }
  }

  return {
    clock,
    logger,
    metrics,
    flushes,
    log,
    active,
    silences,
    get dispatcher() {
      return dispatcher
    },
    alertOf,
    start: () => dispatcher.start(),
    fire: (...texts: string[]) => accept(texts.map((text) => alertOf(text))),
    /** Fires, and goes on for so many seconds if nobody says more. */
    fireFor: (seconds: number, ...texts: string[]) =>
      accept(texts.map((text) => alertOf(text, { endsAt: clock.now() + seconds * SECOND_MS }))),
    resolve: (...texts: string[]) =>
      accept(
        texts.map((text) => {
          const known = active.get(toFingerprint(labelsOf(text)))
          return alertOf(text, {
            status: 'resolved',
            startsAt: known?.startsAt ?? clock.now(),
            endsAt: clock.now(),
          })
        }),
      ),
    accept,
    silence: (text: string, seconds: number) =>
      silences.set({
        matchers: parseMatchers(text),
        startsAt: clock.now(),
        endsAt: clock.now() + seconds * SECOND_MS,
        createdBy: 'ann',
        comment: 'disks',
      }),
    fail: (times: number) => (failing = times),
    replace: (changed: Readonly<Record<string, unknown>>) => {
      plan = planOf(changed)
      return dispatcher.replace(plan)
    },
    /** The process ends and another begins, so many seconds later. */
    restart: async (afterSeconds = 0) => {
      await dispatcher.stop()
      await clock.advance(afterSeconds * SECOND_MS)
      dispatcher = open(plan)
      await dispatcher.start()
    },
    /** Ends at second `second` of the story. */
    until: (second: number) => clock.advance(begin + second * SECOND_MS - clock.now()),
    /** What was told so far, as `30 team {a="b"}: +Slow -Fast`, `+` for what fires and `-` for what has ended. */
    told: () =>
      flushes.flatMap(({ at, notification }) => {
        if (notification === undefined) return []
        const { receiver, groupLabels, alerts, foldedNote } = notification
        const labels = [...groupLabels].map(([name, value]) => `${name}=${value}`).join(',')
        const words = alerts.map(
          ({ status, labels: of }) => `${status === 'firing' ? '+' : '-'}${of.get('n') ?? ''}`,
        )
        const note = foldedNote === undefined ? '' : ` (${foldedNote})`
        return [`${(at - begin) / SECOND_MS} ${receiver} {${labels}}: ${words.join(' ')}${note}`]
      }),
  }
}

export type Harness = ReturnType<typeof createHarness>
