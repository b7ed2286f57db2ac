import type { Dice } from '../simulated-system/dice.js'
import { call, serve, work, type Step } from './step.js'

/** What is the matter with the shop at a moment. Its places are named as in the comment of `shopRequest`. */
export interface Weather {
  /** So many milliseconds more. */
  readonly slower?: Readonly<Record<string, number>> | undefined
  /** The share of visits that fail there. */
  readonly failing?: Readonly<Record<string, number>> | undefined
  /** What is thrown where something fails. */
  readonly throwing?: readonly [string, string] | undefined
  /** How often it is called, where that is not once. */
  readonly times?: Readonly<Record<string, number>> | undefined
  /** Callers give up after so many milliseconds. */
  readonly patienceMs?: Readonly<Record<string, number>> | undefined
  /** Only on this instance of the service, where there is one. */
  readonly instance?: string | undefined
  /** The share of requests that are orders. */
  readonly orders?: number | undefined
}

const SIGMA = 0.35
const ORDERS = 0.6
/** Each service has so many instances. */
const INSTANCES = 3

/**
 * One request to a shop of six services: an order, or a list of goods.
 *
 * ```
 * web.order ─ web>checkout ─ checkout.place ─ checkout>payment ─ payment.charge ─ payment>cards (a database)
 *                                           │                                   └ payment>bank (of somebody else)
 *                                           └ checkout>stock ─ stock.reserve ─ stock>items (a database)
 * web.list ─ web>stock ─ stock.list ─ stock>items
 *          └ web.render (within)
 * ```
 */
export function shopRequest(dice: Dice, weather: Weather): Step {
  const visit = new Visit(dice, weather)
  return dice.chance(weather.orders ?? ORDERS) ? orderOf(visit) : listOf(visit)
}

function orderOf(visit: Visit): Step {
  const charge = (): Step =>
    visit.served('payment.charge', 'Charge', 15, [
      ...visit.called('payment>cards', 'SELECT cards', 'cards-db', 4, () => [], {
        'db.system.name': 'postgresql',
      }),
      ...visit.called('payment>bank', 'POST', 'bank.example.com', 40, () => []),
    ])
  const reserve = (): Step => visit.served('stock.reserve', 'Reserve', 6, itemsOf(visit))
  const place = (): Step =>
    visit.served('checkout.place', 'Place', 8, [
      ...visit.called('checkout>payment', 'Charge', 'payment', 3, () => [charge()]),
      ...visit.called('checkout>stock', 'Reserve', 'stock', 3, () => [reserve()]),
    ])
  return visit.served(
    'web.order',
    'POST /orders',
    5,
    visit.called('web>checkout', 'Place', 'checkout', 3, () => [place()]),
  )
}

function listOf(visit: Visit): Step {
  const list = (): Step => visit.served('stock.list', 'List', 5, itemsOf(visit))
  return visit.served('web.list', 'GET /goods', 5, [
    ...visit.called('web>stock', 'List', 'stock', 3, () => [list()]),
    work('web', 'render', visit.ms('web.render', 3)),
  ])
}

function itemsOf(visit: Visit): readonly Step[] {
  return visit.called('stock>items', 'SELECT items', 'items-db', 4, () => [], {
    'db.system.name': 'postgresql',
  })
}

/** Lets the weather and chance into one request. */
class Visit {
  private readonly instances = new Map<string, string>()

  constructor(
    private readonly dice: Dice,
    private readonly weather: Weather,
  ) {}

  served(place: string, name: string, ms: number, children: readonly Step[]): Step {
    const service = place.slice(0, place.indexOf('.'))
    return serve(service, name, this.ms(place, ms), children, this.endOf(place, service, children))
  }

  called(
    place: string,
    name: string,
    peer: string,
    ms: number,
    inner: () => readonly Step[],
    attributes: Readonly<Record<string, string>> = {},
  ): readonly Step[] {
    const service = place.slice(0, place.indexOf('>'))
    return Array.from({ length: this.weather.times?.[place] ?? 1 }, () => {
      const children = inner()
      const details = { ...this.endOf(place, service, children), attributes }
      const patience = this.weather.patienceMs?.[place]
      const step = call(service, name, peer, this.ms(place, ms), children, details)
      return patience !== undefined && lengthOf(step) > patience
        ? { ...step, givesUpAfterMs: patience, failed: true }
        : step
    })
  }

  /** What a place takes by itself. */
  ms(place: string, usual: number): number {
    const slower = this.isHit(place) ? (this.weather.slower?.[place] ?? 0) : 0
    return this.dice.logNormal(usual, SIGMA) + slower
  }

  /** An error within is passed on. */
  private endOf(place: string, service: string, children: readonly Step[]): Partial<Step> {
    const resource = {
      'service.instance.id': this.instanceOf(service),
      'service.version': this.versionOf(service),
    }
    const fails = this.isHit(place) && this.dice.chance(this.weather.failing?.[place] ?? 0)
    if (fails) return { resource, failed: true, exception: this.weather.throwing }
    return { resource, failed: children.some(({ failed }) => failed) }
  }

  private isHit(place: string): boolean {
    const { instance } = this.weather
    return instance === undefined || this.instanceOf(place.split(/[.>]/)[0] ?? '') === instance
  }

  private versionOf(service: string): string {
    return this.instanceOf(service) === this.weather.instance ? '2.0.0' : '1.0.0'
  }

  private instanceOf(service: string): string {
    const known = this.instances.get(service) ?? `${service}-${this.dice.whole(1, INSTANCES)}`
    this.instances.set(service, known)
    return known
  }
}

function lengthOf({ ownMs, children, givesUpAfterMs }: Step): number {
  return givesUpAfterMs ?? children.reduce((sum, child) => sum + lengthOf(child), ownMs)
}
