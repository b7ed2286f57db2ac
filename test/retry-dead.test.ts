import { describe, expect, it, onTestFinished } from 'vitest'
import { retryNotifications } from '../src/api/tracebell/notifications.js'
import { MINUTE_MS } from '../src/model/time.js'
import { receiverSchema } from '../src/notify/config.js'
import { createOutboxDelivery } from '../src/notify/deliver-outbox.js'
import { createReceivers } from '../src/notify/receivers.js'
import { createMemoryStore } from '../src/store/memory-store.js'
import { createMetrics } from '../src/telemetry/metrics.js'
import { noSpans } from '../src/telemetry/spans.js'
import { AT, buildAlert, buildNotification } from './notify/build-notification.js'
import { type FarRequest, startFarEnd } from './notify/far-end.js'
import { createSurroundings } from './notify/surroundings.js'
import { createTestClock } from './test-clock.js'
import { createTestLogger } from './test-logger.js'

/** A kind of receiver that keeps incidents, and what a request to it does to them. */
interface Kind {
  readonly config: (origin: string) => object
  readonly opens: (request: FarRequest) => boolean
}

const KINDS: Readonly<Record<string, Kind>> = {
  pagerduty: {
    config: (url) => ({ pagerduty_configs: [{ routing_key: 'k', url }] }),
    opens: ({ body }) => JSON.parse(body).event_action === 'trigger',
  },
  opsgenie: {
    config: (url) => ({ opsgenie_configs: [{ api_key: 'k', api_url: url }] }),
    opens: ({ url }) => !url.includes('/close'),
  },
  webhook: {
    config: (url) => ({ webhook_configs: [{ url }] }),
    opens: ({ body }) => JSON.parse(body).status === 'firing',
  },
}

/** An outbox whose worker delivers to a far end that refuses the first messages for good, and then takes all. */
async function setUp({ config, opens }: Kind, refused: number) {
  let isOpen = false
  const far = await startFarEnd((request, index) => {
    if (index < refused) return { status: 400 }
    isOpen = opens(request)
    return { status: 202 }
  })
  const clock = createTestClock(AT)
  const receivers = createReceivers(
    [receiverSchema.parse({ name: 'oncall', ...config(far.origin) })],
    createSurroundings({ clock }),
  )
  const store = createMemoryStore()
  const progress = { settled: 0, heard: (): void => {} }
  const counting =
    <A extends readonly unknown[]>(work: (...given: A) => Promise<void>) =>
    async (...given: A): Promise<void> => {
      await work(...given)
      progress.settled += 1
      progress.heard()
    }
  const worker = createOutboxDelivery({
    outbox: {
      ...store,
      delivered: counting((id: number, at: number) => store.delivered(id, at)),
      dead: counting((id: number, error: string) => store.dead(id, error)),
    },
    notifiers: receivers.notifiers,
    clock,
    random: () => 0.5,
    logger: createTestLogger(),
    metrics: createMetrics(),
    spans: noSpans,
  })
  worker.start()
  onTestFinished(async () => {
    await worker.stop(0)
    await receivers.close()
  })
  const settling = async (count: number): Promise<void> => {
    while (progress.settled < count) await new Promise<void>((resolve) => (progress.heard = resolve))
  }
  const tell = async (status: 'firing' | 'resolved'): Promise<void> => {
    const notification = buildNotification({ idempotencyKey: status, alerts: [buildAlert({ status })] })
    const outbox = receivers.encode({ ...notification, at: clock.now() })
    const expected = progress.settled + 1
    await store.dispatch({ at: clock.now(), outbox, notices: [], ended: [] })
    worker.wake()
    await settling(expected)
    await clock.advance(MINUTE_MS)
  }
  const retry = (wanted: object) =>
    retryNotifications({ outbox: store, clock, onRequeued: () => worker.wake() }, JSON.stringify(wanted))
  return { tell, retry, settling, store, far, isOpen: () => isOpen }
}

describe.each(Object.entries(KINDS))('of %s, a dead message about a beginning', (_name, kind) => {
  it('is not sent again once its end was told: nothing would close what it opens', async () => {
    const { tell, retry, store, far, isOpen } = await setUp(kind, 1)
    await tell('firing')
    await tell('resolved')
    const [fires, ends] = await store.listOutbox()
    expect([fires, ends]).toMatchObject([
      { state: 'dead', status: 'firing', attempts: 1 },
      { state: 'delivered', status: 'resolved', attempts: 1 },
    ])
    const by = { id: ends?.id, state: 'delivered', status: 'resolved' }
    const overtaken = [{ id: fires?.id, by }]
    expect(await retry({ ids: [fires?.id] })).toEqual({ requeued: 0, overtaken })
    expect(await retry({ all: true })).toEqual({ requeued: 0, overtaken })
    expect([far.requests.length, isOpen()]).toEqual([2, false])
  })

  it('is sent again, and opens what stays open, where it is forced', async () => {
    const { tell, retry, settling, far, isOpen } = await setUp(kind, 1)
    await tell('firing')
    await tell('resolved')
    expect(await retry({ all: true, force: true })).toEqual({ requeued: 1, overtaken: [] })
    await settling(3)
    expect([far.requests.length, isOpen()]).toEqual([3, true])
    expect(far.requests[2]?.body).toBe(far.requests[0]?.body)
  })

  it('is sent again before its end, where both are dead', async () => {
    const { tell, retry, settling, store, far, isOpen } = await setUp(kind, 2)
    await tell('firing')
    await tell('resolved')
    const [fires, ends] = (await store.listOutbox()).map(({ id }) => id)
    expect(await retry({ ids: [fires] })).toMatchObject({ requeued: 0, overtaken: [{ by: { id: ends } }] })
    expect(await retry({ ids: [ends, fires] })).toEqual({ requeued: 2, overtaken: [] })
    await settling(4)
    expect(far.requests.slice(2).map(kind.opens)).toEqual([true, false])
    expect(isOpen()).toBe(false)
  })

  it('is sent again while it still fires, and is followed by its end', async () => {
    const { tell, retry, settling, isOpen } = await setUp(kind, 1)
    await tell('firing')
    expect(await retry({ all: true })).toEqual({ requeued: 1, overtaken: [] })
    await settling(2)
    expect(isOpen()).toBe(true)
    await tell('resolved')
    expect(isOpen()).toBe(false)
  })
})
