import type { TickVerdict, Unusual, Way } from './unusual.js'

/** Of what two services may be to blame for, the one that calls gets a little less. */
const CALLER_SHARE = 0.9
/** What of it the only way out of a service says of that service. */
const ONLY_WAY_OUT = 0.3
/** Where more of the calls than this fail, it is no mistake of who makes so many of them: they are tried again. */
const RETRIED_SHARE = 0.3

/**
 * The services that may be to blame for what a tick came to, the likeliest first.
 *
 * Times that a service spends by itself, errors that begin there and calls that it makes or leaves out are its own. A slow way
 * between two services is that of the one of which more ways are slow. Who makes many more calls than usual has caused
 * what comes of them.
 */
export function findBlamed(
  { unusual, ways }: TickVerdict,
  isService: (name: string) => boolean,
): readonly string[] {
  const blame = new Map<string, number>()
  const add = (service: string, weight: number): void =>
    void blame.set(service, (blame.get(service) ?? 0) + weight)
  for (const way of ways) blameWay(way, ways, add)
  for (const each of unusual) {
    if (each.kind !== 'gap') add(blamedFor(each, isService), each.judgement.weight)
  }
  const ranked = [...blame].toSorted(([, left], [, right]) => right - left).map(([service]) => service)
  const first = unusual.find(causesCalls)?.operation.id.service
  return startingWith(first, ranked)
}

/** The same services, of which this one comes first. */
export function startingWith(first: string | undefined, services: readonly string[]): readonly string[] {
  return first === undefined ? services : [first, ...services.filter((service) => service !== first)]
}

/** Who is to blame for something by itself. An error of a call that was not served is that of whom it called. */
export function blamedFor({ kind, operation }: Unusual, isService: (name: string) => boolean): string {
  const { service, peer } = operation.id
  return (kind === 'error' || kind === 'exception') && isService(peer) ? peer : service
}

function blameWay(way: Way, ways: readonly Way[], add: (service: string, weight: number) => void): void {
  if (way.weight === 0) return
  const out = ways.filter(({ caller }) => caller === way.caller)
  const shareOut = out.length > 1 ? shareOfSlow(out) : ONLY_WAY_OUT
  add(way.caller, way.weight * shareOut * CALLER_SHARE)
  add(way.callee, way.weight * shareOfSlow(ways.filter(({ callee }) => callee === way.callee)))
}

function shareOfSlow(ways: readonly Way[]): number {
  return ways.filter(({ isSlow }) => isSlow).length / ways.length
}

function causesCalls(each: Unusual): boolean {
  if (each.kind !== 'more-calls') return false
  const { count, failures } = each.call.failed
  return failures <= count * RETRIED_SHARE
}
