import type { Resource } from '../../../model/span.js'
import type { Tick } from '../series/ticks.js'
import { serviceOf } from './service-of.js'
import { shortText } from './short-text.js'

/** What tells one instance of a service from another; the first that a resource has counts. */
const KEYS = ['service.instance.id', 'k8s.pod.name', 'k8s.pod.uid', 'container.id', 'host.name']
/** An instance is young for a minute and a half: its caches are cold, its code is not compiled yet. */
const YOUNG_TICKS = 9
/** Instances that are there from the beginning on are not known to be young. */
const BEGINNING_TICKS = 6
const MOST = 20_000

/** Knows since when there is each instance of a service. */
export class Instances {
  private readonly seenSince = new Map<string, Tick>()
  private readonly known = new WeakMap<Resource, string>()
  private first: Tick | undefined

  /** Whether the instance of a span that ended in this tick was first seen a short time ago. */
  isYoung(resource: Resource, tick: Tick): boolean {
    this.first ??= tick
    const id = this.idOf(resource)
    if (id === '') return false
    const since = this.seenSince.get(id)
    if (since === undefined) this.add(id, tick)
    const born = since ?? tick
    return born >= this.first + BEGINNING_TICKS && tick < born + YOUNG_TICKS
  }

  private add(id: string, tick: Tick): void {
    if (this.seenSince.size >= MOST) {
      const oldest = this.seenSince.keys().next().value
      if (oldest !== undefined) this.seenSince.delete(oldest)
    }
    this.seenSince.set(id, tick)
  }

  private idOf(resource: Resource): string {
    const known = this.known.get(resource)
    if (known !== undefined) return known
    const id = findId(resource)
    this.known.set(resource, id)
    return id
  }
}

function findId(resource: Resource): string {
  for (const key of KEYS) {
    const value = resource.attributes.get(key)
    if (typeof value === 'string' && value !== '') return `${serviceOf(resource)}\n${shortText(value)}`
  }
  return ''
}
