import { SpanKind } from '@opentelemetry/api'
import { within } from './within.js'

const STOREFRONT = { service: 'storefront' }
const GOOD_VERSION = '1.4.0'
const BAD_VERSION = '1.5.0'
const BAD_SHARE = 0.7
/** So many shelves a print may lie on; they should be asked for at once. */
const SHELVES = 8

/** What is in stock: a service of two instances that asks its database. */
export function createInventory({ tracer, faults, time, random, work, call }) {
  /** Who takes the next request. */
  function pickInstance() {
    const isSecond = random() < 0.5
    const version = isSecond && faults.has('bad-version') ? BAD_VERSION : GOOD_VERSION
    return { service: 'inventory', instance: `inventory-${isSecond ? 2 : 1}-${version}`, version }
  }

  function query(instance, statement) {
    const name = statement.split(' WHERE ', 1)[0]
    const attributes = { 'db.system.name': 'postgresql', 'db.query.text': statement }
    return within(tracer(instance), time, name, { kind: SpanKind.CLIENT, attributes }, async () => {
      await work()
      if (random() < faults.errorShare) throw new Error('the stock database does not answer')
    })
  }

  async function serve(instance, statements) {
    await work()
    if (instance.version === BAD_VERSION && random() < BAD_SHARE) throw new TypeError('shelf is undefined')
    for (const statement of statements) await query(instance, statement)
  }

  function ask(method, statements) {
    const instance = pickInstance()
    return call(STOREFRONT, instance, method, () => serve(instance, statements))
  }

  return {
    find(prints) {
      const each = faults.has('n-plus-one') ? (prints.length + 1) * SHELVES : 1
      const shelves = Array.from({ length: each }, () => 'SELECT shelves WHERE print = $1')
      return ask('Find', ['SELECT prints WHERE name LIKE $1', ...shelves])
    },
    reserve: () => ask('Reserve', ['UPDATE stock WHERE paper = $1']),
  }
}
