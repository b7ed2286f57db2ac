import { describe, expect, it } from 'vitest'
import { shopRequest, type Weather } from '../../../test/anomaly/small-shop/shop-request.js'
import { call, layOut, serve, work, type Step } from '../../../test/anomaly/small-shop/step.js'
import {
  playShop,
  playTraffic,
  START,
  toldOf,
  watchTraces,
  type Traffic,
} from '../../../test/anomaly/small-shop/watch-traces.js'
import type { Dice } from '../../../test/anomaly/simulated-system/dice.js'
import { MINUTE_MS, SECOND_MS } from '../../model/time.js'

const BEGINS = 12 * MINUTE_MS
const MINUTES = 20

/** What is told of traffic. */
async function toldIn(traffic: Partial<Traffic> & Pick<Traffic, 'request'>): Promise<readonly string[]> {
  const { minutes = MINUTES } = traffic
  const traces = playTraffic({ seed: 1, minutes, perSecond: () => 4, ...traffic })
  return toldOf(await watchTraces(traces, minutes))
}

const isDuring = (atMs: number, forMs: number): boolean => atMs >= BEGINS && atMs < BEGINS + forMs

describe('a stream in which nothing changes', () => {
  it.each([30_000, 3000, 1000, 300])(
    'is never told of: a request each %d ms, each like the other',
    async (everyMs) => {
      const minutes = 60
      const request = serve('web', 'GET /', 5, [call('web', 'Get', 'cart', 2, [serve('cart', 'Get', 7)])])
      const traces = Array.from({ length: (minutes * MINUTE_MS) / everyMs }, (_, index) =>
        layOut(request, index + 1, START + index * everyMs),
      )
      expect(toldOf(await watchTraces(traces, minutes))).toEqual([])
    },
  )

  it.each([1, 2, 3])('is never told of however noisy it is, over two hours (seed %d)', async (seed) => {
    const request = (dice: Dice): Step => (dice.chance(0.7) ? shopRequest(dice, {}) : noisyRequest(dice))
    // Bursts of arrival: a second of each ten has eight times as many.
    const perSecond = (atMs: number): number => (Math.floor(atMs / SECOND_MS) % 10 === 3 ? 8 : 1)
    expect(await toldIn({ seed, minutes: 120, perSecond, request })).toEqual([])
  })
})

/** Of one of forty operations of which some are rare, with times over orders of magnitude, errors and calls that vary. */
function noisyRequest(dice: Dice): Step {
  const rank = Math.floor(40 ** dice.share())
  const fails = dice.chance(0.02)
  const calls = Array.from({ length: dice.whole(0, 4) }, () =>
    call('noisy', 'Query', 'noisy-db', dice.logNormal(5, 1)),
  )
  return serve('noisy', `GET /page${rank}x`, dice.logNormal(20 + rank, 0.9), calls, { failed: fails })
}

describe('what only looks like a fault is not told', () => {
  const withShop =
    (
      other: (dice: Dice, atMs: number) => Step | undefined,
      weather: (atMs: number) => Weather = () => ({}),
    ) =>
    (dice: Dice, atMs: number): Step =>
      other(dice, atMs) ?? shopRequest(dice, weather(atMs))

  const cases: Record<string, Partial<Traffic> & Pick<Traffic, 'request'>> = {
    'an instance that is young, and slow until it is warm': {
      request: withShop((dice, atMs) => {
        const isYoung = atMs >= BEGINS && dice.chance(0.3)
        const coldMs = isYoung && atMs < BEGINS + MINUTE_MS ? 300 : 0
        const resource = { 'service.instance.id': isYoung ? 'search-9' : `search-${dice.whole(1, 3)}` }
        return dice.chance(0.5)
          ? serve('search', 'Find', dice.logNormal(12, 0.3) + coldMs, [], { resource })
          : undefined
      }),
    },
    'a pause of two seconds in which all waits': {
      perSecond: () => 8,
      request: withShop(
        () => undefined,
        (atMs) => {
          const left = BEGINS + 2000 - atMs
          return isDuring(atMs, 2000)
            ? { slower: { 'checkout.place': left, 'payment.charge': left / 2 } }
            : {}
        },
      ),
    },
    'ten seconds of errors': {
      request: withShop(
        () => undefined,
        (atMs) => (isDuring(atMs, 10_000) ? { failing: { 'stock.reserve': 0.8 } } : {}),
      ),
    },
    'ten seconds of slowness': {
      request: withShop(
        () => undefined,
        (atMs) => (isDuring(atMs, 10_000) ? { slower: { 'stock>items': 400 } } : {}),
      ),
    },
    'ten times as many requests': {
      perSecond: (atMs) => (isDuring(atMs, 2 * MINUTE_MS) ? 30 : 3),
      request: withShop(() => undefined),
    },
    'a night in which few requests come': {
      minutes: 40,
      perSecond: (atMs) => (atMs > BEGINS ? Math.max(0.3, 4 - (atMs - BEGINS) / (4 * MINUTE_MS)) : 4),
      request: withShop(() => undefined),
    },
    'other requests than before': {
      request: withShop(
        () => undefined,
        (atMs) => ({ orders: atMs >= BEGINS ? 0.3 : 0.75 }),
      ),
    },
    'a crawler that asks for what is not there': {
      perSecond: () => 6,
      request: withShop((dice, atMs) =>
        isDuring(atMs, 4 * MINUTE_MS) && dice.chance(0.5)
          ? serve('web', 'GET /goods', 2, [], { attributes: { 'http.response.status_code': 404n } })
          : undefined,
      ),
    },
    'a deploy that adds a span within, and a call': {
      request: withShop((dice, atMs) => {
        const isNew = atMs >= BEGINS
        const resource = { 'service.version': isNew ? '2' : '1' }
        const added = [
          work('search', 'rank', dice.logNormal(3, 0.3), [], { resource }),
          call('search', 'GET rates', 'rates-cache', dice.logNormal(2, 0.3), [], { resource }),
        ]
        return dice.chance(0.5)
          ? serve('search', 'Find', dice.logNormal(12, 0.3), isNew ? added : [], { resource })
          : undefined
      }),
    },
    'a new operation of a new service': {
      request: withShop((dice, atMs) =>
        atMs >= BEGINS && dice.chance(0.3)
          ? serve('rates', 'GET /rates', dice.logNormal(90, 0.5))
          : undefined,
      ),
    },
    'five minutes without a span of anything': {
      perSecond: (atMs) => (isDuring(atMs, 5 * MINUTE_MS) ? 0 : 4),
      request: withShop(() => undefined),
    },
    'one of three calls that fails': {
      request: withShop((_dice, atMs) => {
        const second = Math.floor(atMs / SECOND_MS)
        if (second % 200 !== 0) return undefined
        return serve('rare', 'GET /rare', 10, [], {
          failed: isDuring(atMs, 10 * MINUTE_MS) && second % 600 === 0,
        })
      }),
    },
    'clocks that are seconds apart': {
      minutes: 30,
      request: withShop((dice) => {
        const served = serve('skewed', 'Get', dice.logNormal(9, 0.3), [], { skewMs: -3500 })
        return dice.chance(0.4)
          ? serve('ahead', 'GET /', 4, [call('ahead', 'Get', 'skewed', 2, [served])], { skewMs: 2500 })
          : undefined
      }),
    },
    'spans that end before they start': {
      request: withShop((dice) =>
        dice.chance(0.3)
          ? serve('odd', 'Back', -20, [work('odd', 'step', -5), work('odd', 'step', 4)])
          : undefined,
      ),
    },
    'spans of no service': {
      request: withShop((dice) =>
        dice.chance(0.3) ? serve('', 'GET /', dice.logNormal(9, 0.5)) : undefined,
      ),
    },
    'names that are new each time': {
      perSecond: () => 8,
      request: withShop((dice) => {
        const word = dice.hex(6).replaceAll(/\d/g, 'q')
        return dice.chance(0.5) ? serve('web', `GET /${word}`, dice.logNormal(20, 0.6)) : undefined
      }),
    },
  }

  it.each(Object.entries(cases))('%s', async (_name, traffic) => {
    expect(await toldIn(traffic)).toEqual([])
  })

  it('and yet what is a fault is told in the middle of all that', async () => {
    const told = await toldIn({
      minutes: 18,
      perSecond: (atMs) => (isDuring(atMs, 2 * MINUTE_MS) ? 12 : 4),
      request: withShop(
        (dice) => (dice.chance(0.3) ? noisyRequest(dice) : undefined),
        (atMs) => (atMs >= BEGINS + 3 * MINUTE_MS ? { slower: { 'stock>items': 150 } } : {}),
      ),
    })
    expect(told).toEqual([
      expect.stringMatching(/^stock latency at \d+: stock SELECT items → items-db takes/),
    ])
  })
})

describe('a quiet shop', () => {
  it.each([11, 12, 13])('is not told of over an hour (seed %d)', async (seed) => {
    expect(toldOf(await watchTraces(playShop(seed, 60), 60))).toEqual([])
  })
})
