import { SpanKind } from '@opentelemetry/api'
import { createCheckout } from './checkout.js'
import { createInventory } from './inventory.js'
import { createRealTime } from './real-time.js'
import { within } from './within.js'

const PRINTS = ['test chart', 'tall ship', 'tea garden', 'lighthouse', 'old harbour', 'city at night']

/**
 * A shop that sells prints of pictures. Its storefront asks a checkout and an inventory, and the checkout a payment, each
 * of which is a pretend service: a wait, and the spans that a real one would send. A failure there rejects. `tracer` gives
 * the tracer of a service; `time` and `random` are the machine's, where a test has no others.
 */
export function createShop({ tracer, faults, time = createRealTime(), random = Math.random }) {
  /** Some milliseconds of work, and `moreMs`. */
  const work = (moreMs = 0) => time.sleep(2 + random() * 8 + moreMs)

  /**
   * A call from one service to another, with the span of each; `callee` may name an instance. Who waits longer than
   * `patienceMs` gives up, while the other goes on.
   */
  function call(caller, callee, method, serve, patienceMs = Number.POSITIVE_INFINITY) {
    const { service } = callee
    const attributes = { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method }
    const name = `${service}/${method}`
    const asked = { kind: SpanKind.CLIENT, attributes: { ...attributes, 'server.address': service } }
    const served = { kind: SpanKind.SERVER, attributes }
    return within(tracer(caller), time, name, asked, () =>
      waitFor(within(tracer(callee), time, name, served, serve), time, patienceMs),
    )
  }

  const parts = { tracer, faults, time, random, work, call }
  const inventory = createInventory(parts)
  const checkout = createCheckout(parts)

  return {
    /** Prints whose name contains the words, with the price of each. */
    async search(words) {
      const found = PRINTS.filter((name) => name.includes(words.toLowerCase()))
      await inventory.find(found)
      await checkout.quote()
      return found.map((name) => ({ name, price: 10 + name.length }))
    },

    /** Orders a print of a picture of that many bytes. */
    async order(bytes) {
      const attributes = { 'shop.picture.bytes': bytes }
      await within(tracer({ service: 'storefront' }), time, 'store picture', { attributes }, () => work())
      await inventory.reserve()
      await checkout.placeOrder()
      return { bytes, status: 'ordered' }
    },
  }
}

async function waitFor(answer, time, patienceMs) {
  if (patienceMs === Number.POSITIVE_INFINITY) return answer
  const isLate = time.sleep(patienceMs).then(() => {
    throw new Error(`no answer within ${patienceMs} ms`)
  })
  isLate.catch(() => {})
  // What comes of it when nobody waits any more is nobody's.
  answer.catch(() => {})
  return Promise.race([answer, isLate])
}
