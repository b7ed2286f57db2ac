import { describe, expect, it } from 'vitest'
import { shopRequest, type Weather } from '../../../test/anomaly/small-shop/shop-request.js'
import type { Dice } from '../../../test/anomaly/simulated-system/dice.js'
import { call, serve, type Step } from '../../../test/anomaly/small-shop/step.js'
import { playShop, playTraffic, watchTraces } from '../../../test/anomaly/small-shop/watch-traces.js'
import type { Finding, Signal } from '../../model/finding.js'
import { MINUTE_MS } from '../../model/time.js'

const TICKS_A_MINUTE = 6
const BEGINS = 12
const ENDS = 16
/** It must be found within so many ticks. */
const QUICK_TICKS = 9

interface Told extends Pick<Finding, 'service' | 'operation'> {
  readonly signal: Signal
  readonly sentence: RegExp
}

const during =
  (weather: Weather) =>
  (minute: number): Weather =>
    minute >= BEGINS && minute < ENDS ? weather : {}

/** What was found in the time of the fault, and when first; and what else was told. */
function summarise(found: readonly (Finding | undefined)[]) {
  const first = found.findIndex((each) => each !== undefined)
  const told = found.slice(first).map((each) => `${each?.service} ${each?.signal} ${each?.operation}`)
  return {
    isEarly: first >= 0 && first < BEGINS * TICKS_A_MINUTE,
    isQuick: first >= 0 && first <= BEGINS * TICKS_A_MINUTE + QUICK_TICKS,
    told: [...new Set(told)],
    blamed: found.at(-1)?.candidates[0],
    sentence: found.at(-1)?.sentence,
    hasTraces: (found.at(-1)?.traces.length ?? 0) > 0,
  }
}

/** The summary of what finds this in time, from first to last, and nothing else. */
function only({ service, signal, operation, sentence }: Told): object {
  return {
    isEarly: false,
    isQuick: true,
    told: [`${service} ${signal} ${operation}`],
    blamed: service,
    sentence: expect.stringMatching(sentence) as unknown,
    hasTraces: true,
  }
}

describe('a fault of the shop is found, and who is to blame', () => {
  const cases: Record<string, [Weather, Told]> = {
    'an operation is slow': [
      { slower: { 'payment.charge': 200 } },
      {
        service: 'payment',
        signal: 'latency',
        operation: 'Charge',
        sentence: /^payment Charge takes 2\d\d ms by itself, usually 1\d\.?\d* ms, \d+ of \d+ calls$/,
      },
    ],
    'a database is slow': [
      { slower: { 'stock>items': 100 } },
      {
        service: 'stock',
        signal: 'latency',
        operation: 'SELECT items',
        sentence: /^stock SELECT items → items-db takes 10\d ms by itself, usually [34]\.?\d* ms, /,
      },
    ],
    'one of two ways out of a service is slow: it is whom it leads to': [
      { slower: { 'checkout>payment': 150 } },
      {
        service: 'payment',
        signal: 'latency',
        operation: 'Charge',
        sentence: /^checkout → payment Charge: 15\d ms on the way, usually [23]\.?\d* ms, /,
      },
    ],
    'both ways out of a service are slow: it is that service': [
      { slower: { 'checkout>payment': 150, 'checkout>stock': 50 } },
      {
        service: 'checkout',
        signal: 'latency',
        operation: 'Charge',
        sentence: /^checkout → payment Charge: 15\d ms on the way, usually [23]\.?\d* ms, /,
      },
    ],
    'errors begin in a leaf, and its callers fail with it': [
      { failing: { 'stock.reserve': 0.4 } },
      {
        service: 'stock',
        signal: 'errors',
        operation: 'Reserve',
        sentence: /^stock Reserve fails in [34]\d\.?\d* % of its calls, usually 0 %, \d+ of \d+ calls$/,
      },
    ],
    'a callee takes so long that its caller gives up': [
      { slower: { 'payment.charge': 3000 }, patienceMs: { 'checkout>payment': 1000 } },
      {
        service: 'payment',
        signal: 'latency',
        operation: 'Charge',
        sentence: /^payment Charge takes 3\.\d+ s by itself, usually 1\d\.?\d* ms, /,
      },
    ],
    "somebody else's service fails: its address is named": [
      { failing: { 'payment>bank': 0.5 } },
      {
        service: 'payment',
        signal: 'errors',
        operation: 'POST',
        sentence: /^payment POST → bank\.example\.com fails in [45]\d\.?\d* % of its calls, usually 0 %, /,
      },
    ],
    'an exception that is new, in few calls': [
      { failing: { 'payment.charge': 0.08 }, throwing: ['CardError', 'card 4711 was refused'] },
      {
        service: 'payment',
        signal: 'errors',
        operation: 'Charge',
        sentence:
          /^payment Charge fails with CardError: card # was refused in \d+ of \d+ calls, usually 0 %$/,
      },
    ],
    'many calls instead of one, which load whom they call': [
      { times: { 'web>stock': 15 }, slower: { 'stock.list': 60, 'stock.reserve': 60 } },
      {
        service: 'web',
        signal: 'calls',
        operation: 'GET /goods',
        sentence: /^web GET \/goods calls List → stock 15 times, usually once, in \d+ of \d+ requests$/,
      },
    ],
    'calls that fail and are tried again: whoever fails them': [
      { times: { 'checkout>payment': 4 }, failing: { 'payment.charge': 0.9 } },
      {
        service: 'payment',
        signal: 'errors',
        operation: 'Charge',
        sentence: /^payment Charge fails in [89]\d\.?\d* % of its calls, usually 0 %, /,
      },
    ],
    'calls that are not made any more': [
      { times: { 'checkout>stock': 0 } },
      {
        service: 'checkout',
        signal: 'calls',
        operation: 'Place',
        sentence: /^checkout Place does not call Reserve → stock in (\d+) of \1 requests, usually in 0 %$/,
      },
    ],
    'requests that stop coming': [
      { orders: 0 },
      {
        service: 'web',
        signal: 'traffic',
        operation: 'POST /orders',
        sentence: /^web POST \/orders got \d requests in the last minute, usually 1\d\d$/,
      },
    ],
  }

  it.each(Object.entries(cases))('%s', async (_name, [weather, told]) => {
    const found = await watchTraces(playShop(1, ENDS, during(weather)), ENDS)
    expect(summarise(found)).toEqual(only(told))
  })

  it('a bad version on one instance: the evidence names it', async () => {
    const weather = { failing: { 'payment.charge': 0.6 }, instance: 'payment-2' }
    const found = await watchTraces(playShop(1, ENDS, during(weather)), ENDS)
    expect(summarise(found)).toEqual(
      only({
        service: 'payment',
        signal: 'errors',
        operation: 'Charge',
        sentence: /^payment Charge fails in \d+\.?\d* % of its calls, usually 0 %, /,
      }),
    )
    const evidence = found.at(-1)?.evidence.join('\n')
    expect(evidence).toMatch(/service\.version=2\.0\.0 in 100 % of the bad calls, in [\d.]+ % of the others/)
    expect(evidence).toMatch(/service\.instance\.id=payment-2 in 100 % of the bad calls/)
    expect(evidence).toContain('met in requests of web POST /orders')
  })
})

describe('a callee that does not answer at all', () => {
  /** Orders that give up on payment after a second, whose spans never come; by the same way others are served by stock. */
  const withoutAnswer =
    (address: string) =>
    (dice: Dice, atMs: number): Step => {
      const isFault = atMs >= BEGINS * MINUTE_MS
      const served = isFault ? [] : [serve('payment', 'Charge', dice.logNormal(15, 0.3))]
      const details: Partial<Step> = isFault ? { failed: true, givesUpAfterMs: 1000 } : {}
      const list = call('checkout', 'List', address, 3, [serve('stock', 'List', dice.logNormal(5, 0.3))])
      const out = call('checkout', 'Charge', address, 3, served, details)
      return serve('checkout', 'Place', dice.logNormal(8, 0.3), [list, out], { failed: isFault })
    }

  it.each([
    ['its name', 'payment'],
    ['a host name that begins with its name', 'payment.shop.svc.cluster.local'],
    ['its name and a port', 'payment:8080'],
    ['an address that it shares with others', 'gateway.internal'],
    ['nothing', ''],
  ])('is to blame, called by %s', async (_name, address) => {
    const request = withoutAnswer(address)
    const traces = playTraffic({ seed: 3, minutes: ENDS, perSecond: () => 3, request })
    expect(summarise(await watchTraces(traces, ENDS))).toEqual(
      only({
        service: 'payment',
        signal: 'errors',
        operation: 'Charge',
        sentence: /^checkout Charge → payment fails in \d+\.?\d* % of its calls, usually 0 %, /,
      }),
    )
  })
})

describe('sparse operations', () => {
  it('that are slow each time are found, in a busy system', async () => {
    const nightly = (dice: Dice, slow: boolean): Step =>
      serve('reports', 'GET /report', dice.logNormal(80, 0.4) + (slow ? 4000 : 0))
    const traces = playTraffic({
      seed: 5,
      minutes: 40,
      perSecond: () => 2,
      request: (dice, atMs) =>
        dice.chance(0.08) ? nightly(dice, atMs >= 30 * MINUTE_MS) : shopRequest(dice, {}),
    })
    const found = await watchTraces(traces, 40)
    expect(found.slice(0, 30 * TICKS_A_MINUTE).every((each) => each === undefined)).toBe(true)
    expect(found.at(-1)).toMatchObject({ service: 'reports', signal: 'latency', operation: 'GET /report' })
  })
})
