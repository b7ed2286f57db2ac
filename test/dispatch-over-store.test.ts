import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { createDispatcher, type Dispatcher } from '../src/dispatch/dispatcher.js'
import { createSilences } from '../src/dispatch/silences.js'
import type { Alert } from '../src/model/alert.js'
import type { Flushed } from '../src/model/flush.js'
import { parseMatchers } from '../src/model/parse-matchers.js'
import { createMemoryStore } from '../src/store/memory-store.js'
import { createDispatchMetrics } from '../src/telemetry/dispatch-metrics.js'
import { labelsOf, planOf } from './dispatch-harness.js'
import { evaluationOf, messageOf } from './store-contract/samples.js'
import { createTestClock } from './test-clock.js'
import { createTestLogger } from './test-logger.js'

const SETTINGS = { route: { receiver: 'team', group_by: ['g'], group_wait: '10s', group_interval: '1m' } }

/** Dispatch over a store, which lives on when dispatch is restarted. */
function setUp() {
  const [clock, logger, store] = [createTestClock(), createTestLogger(), createMemoryStore()]
  let dispatcher: Dispatcher | undefined
  const createSilenceBook = () =>
    createSilences({
      load: () => store.loadSilences(),
      save: (changed) => store.saveSilences(changed),
      createId: () => 's',
      clock,
      logger,
    })
  async function flush({ at, notification, notices, ended }: Flushed): Promise<void> {
    const outbox =
      notification === undefined ? [] : [messageOf(notification.idempotencyKey, { createdAt: at })]
    await store.dispatch({ at, outbox, notices, ended })
  }
  async function restart() {
    await dispatcher?.stop()
    const silences = createSilenceBook()
    await silences.load()
    dispatcher = createDispatcher({
      plan: planOf(SETTINGS),
      restore: () => store.loadActive(),
      silences,
      findNotice: store.findNotice,
      flush,
      sendsResolved: () => true,
      externalUrl: () => '',
      clock,
      logger,
      metrics: createDispatchMetrics(new Registry()),
    })
    await dispatcher.start()
    return silences
  }
  async function tell(text: string, over: Partial<Alert> = {}): Promise<void> {
    const alert: Alert = {
      labels: labelsOf(text),
      annotations: new Map(),
      startsAt: clock.now(),
      endsAt: clock.now() + 240_000,
      status: 'firing',
      generatorUrl: '',
      value: 1,
      exemplars: [],
      ...over,
    }
    await store.commit(evaluationOf({ at: clock.now(), alerts: [alert] }))
    dispatcher?.accept([alert])
  }
  return { clock, store, logger, restart, tell }
}

describe('dispatch over a store', () => {
  it('tells once through restarts, and the store forgets what has ended', async () => {
    const { clock, store, restart, tell, logger } = setUp()
    await restart()
    await tell('g=x,n=a')
    await clock.advance(10_000)
    expect(await store.waiting()).toBe(1)
    await restart()
    await tell('g=x,n=b')
    await clock.advance(60_000)
    expect(await store.waiting()).toBe(2)
    await tell('g=x,n=a', { status: 'resolved', endsAt: clock.now() })
    await restart()
    await clock.advance(60_000)
    expect(await store.waiting()).toBe(3)
    expect((await store.loadActive()).map(({ labels }) => labels.get('n'))).toEqual(['b'])
    // b ends by itself, though the store knows it as firing.
    await clock.advance(300_000)
    expect(await store.waiting()).toBe(4)
    expect(await store.loadActive()).toEqual([])
    await restart()
    await clock.advance(600_000)
    expect(await store.waiting()).toBe(4)
    expect(logger.lines).toEqual([])
  })

  it('keeps silences through restarts', async () => {
    const { clock, store, restart, tell } = setUp()
    const silences = await restart()
    const times = { startsAt: clock.now(), endsAt: clock.now() + 100_000 }
    await silences.set({ matchers: parseMatchers('n=a'), ...times, createdBy: 'ann', comment: 'x' })
    await restart()
    await tell('g=x,n=a')
    await clock.advance(100_000)
    expect(await store.waiting()).toBe(0)
    await clock.advance(40_000)
    expect(await store.waiting()).toBe(1)
  })
})
