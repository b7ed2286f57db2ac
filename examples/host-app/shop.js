import { setTimeout as sleep } from 'node:timers/promises'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'

const PRINTS = ['test chart', 'tall ship', 'tea garden', 'lighthouse', 'old harbour', 'city at night']

/**
 * A shop that sells prints of pictures. Its storefront asks a checkout and an inventory, each of which is a pretend
 * service: a wait, and the spans that a real one would send. A failure there rejects.
 */
export function createShop({ tracer, faults }) {
  /** Does the work inside a span of the service, and records how it failed. */
  function within(service, name, options, work) {
    return tracer(service).startActiveSpan(name, options, async (span) => {
      try {
        return await work(span)
      } catch (error) {
        span.recordException(error)
        span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
        throw error
      } finally {
        span.end()
      }
    })
  }

  /** A call from the storefront to another service, with the span of each. */
  function call(service, method, work) {
    const attributes = { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method }
    const name = `${service}/${method}`
    return within('storefront', name, { kind: SpanKind.CLIENT, attributes }, () =>
      within(service, name, { kind: SpanKind.SERVER, attributes }, work),
    )
  }

  function queryInventory(statement) {
    const attributes = { 'db.system.name': 'postgresql', 'db.query.text': statement }
    return within(
      'inventory',
      statement.split(' WHERE ', 1)[0],
      { kind: SpanKind.CLIENT, attributes },
      async () => {
        await aFewMs()
        if (Math.random() < faults.errorShare) throw new Error('the stock database does not answer')
      },
    )
  }

  function askCheckout(method) {
    return call('checkout', method, () => aFewMs(faults.slowMs))
  }

  return {
    /** Prints whose name contains the words, with the price of each. */
    async search(words) {
      const found = PRINTS.filter((name) => name.includes(words.toLowerCase()))
      await call('inventory', 'Find', () => queryInventory('SELECT prints WHERE name LIKE $1'))
      await askCheckout('Quote')
      return found.map((name) => ({ name, price: 10 + name.length }))
    },

    /** Orders a print of a picture of that many bytes. */
    async order(bytes) {
      await within('storefront', 'store picture', { attributes: { 'shop.picture.bytes': bytes } }, () =>
        aFewMs(),
      )
      await call('inventory', 'Reserve', () => queryInventory('UPDATE stock WHERE paper = $1'))
      await askCheckout('PlaceOrder')
      return { bytes, status: 'ordered' }
    },
  }
}

/** Some milliseconds of work, and `moreMs`. It does not keep the process from ending. */
function aFewMs(moreMs = 0) {
  return sleep(2 + Math.random() * 8 + moreMs, undefined, { ref: false })
}
