import { it } from 'vitest'
import { playShop, toldOf, watchTraces } from '../../../test/anomaly/small-shop/watch-traces.js'
import type { Weather } from '../../../test/anomaly/small-shop/shop-request.js'

const W: Record<string, Weather> = {
  none: {},
  slowop: { slower: { 'payment.charge': 200 } },
  slowdb: { slower: { 'stock>items': 100 } },
  slowway: { slower: { 'checkout>payment': 150 } },
  slowcaller: { slower: { 'checkout>payment': 150, 'checkout>stock': 150 } },
  leaf: { failing: { 'stock.reserve': 0.4 } },
  timeout: { slower: { 'payment.charge': 3000 }, patienceMs: { 'checkout>payment': 1000 } },
  bank: { failing: { 'payment>bank': 0.5 } },
  exc: { failing: { 'payment.charge': 0.08 }, throwing: ['CardError', 'card 4711 refused'] },
  nplus1: { times: { 'stock>items': 15 }, slower: { 'stock.list': 1 } },
  nplus1load: { times: { 'web>stock': 15 }, slower: { 'stock.list': 60, 'stock.reserve': 60 } },
  retries: { times: { 'checkout>payment': 4 }, failing: { 'payment.charge': 0.9 } },
  missing: { times: { 'checkout>stock': 0 } },
  stop: { orders: 0 },
  instance: { failing: { 'payment.charge': 0.6 }, instance: 'payment-2' },
}
it.each(Object.entries(W))('%s', async (name, w) => {
  const t = Date.now()
  const traces = playShop(1, 20, (m) => (m >= 12 && m < 17 ? w : {}))
  const t1 = Date.now()
  const found = await watchTraces(traces, 20)
  console.log(
    name,
    t1 - t,
    Date.now() - t1,
    traces.length,
    toldOf(found),
    JSON.stringify(found.findLast((e) => e !== undefined)?.evidence),
  )
})
