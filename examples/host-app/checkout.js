const STOREFRONT = { service: 'storefront' }
const CHECKOUT = { service: 'checkout' }
const PAYMENT = { service: 'payment' }

const PATIENCE_MS = 1000
const HANGING_MS = 2500
const MOST_TRIES = 6
const BURST_SHARE = 0.8
const STORM_SHARE = 0.7

/** Prices and orders; a payment stands behind them. */
export function createCheckout({ faults, random, work, call }) {
  async function serveCharge() {
    await work(faults.has('timeout') ? HANGING_MS : 0)
    const failing = faults.has('error-burst') ? BURST_SHARE : faults.has('retry-storm') ? STORM_SHARE : 0
    if (random() < failing) throw new Error('the card network refuses the charge')
  }

  /** Charges once. What takes too long is given up, while it goes on over there. */
  function charge() {
    return call(CHECKOUT, PAYMENT, 'Charge', serveCharge, PATIENCE_MS)
  }

  async function chargeAgain(tries) {
    try {
      await charge()
    } catch (error) {
      if (tries <= 1) throw error
      await chargeAgain(tries - 1)
    }
  }

  async function servePlaceOrder() {
    await work(faults.slowMs)
    if (faults.has('missing-call')) return
    await chargeAgain(faults.has('retry-storm') ? MOST_TRIES : 1)
  }

  return {
    quote: () => call(STOREFRONT, CHECKOUT, 'Quote', () => work(faults.slowMs)),
    placeOrder: () => call(STOREFRONT, CHECKOUT, 'PlaceOrder', servePlaceOrder),
  }
}
