import type { Attributes, AttributeValue } from '../../model/attributes.js'
import type { Span } from '../../model/span.js'
import { shortText } from './facts/short-text.js'
import { scoreAtLeast } from './statistics/beta-binomial.js'

/** Fewer spans than this tell nothing. */
const LEAST_BAD = 3
const LEAST_GOOD = 5
/** Of the bad spans at least this share has the value; among the good ones it is at least so much rarer. */
const LEAST_SHARE = 0.6
const LEAST_LIFT = 2
/** −log10 of the probability that it is so by chance. */
const LEAST_SCORE = 3
const MOST_STANDOUTS = 4
const MOST_VALUES = 10_000
const LONGEST_VALUE = 200

/** What tells how a span ended, rather than why. */
const OUTCOMES =
  /^(?:error\.|exception\.|otel\.status|http\.status|http\.response\.|rpc\.grpc\.status|rpc\.response\.status)/
/** Where several tell the same spans apart, what is likelier to be the reason comes first. */
const LIKELY = [
  'service.version',
  'service.instance.id',
  'k8s.pod.name',
  'host.name',
  'server.address',
  'net.peer.name',
]

/** The value of an attribute that bad spans have far more often than good ones. */
export interface Standout {
  readonly key: string
  readonly value: string
  readonly badShare: number
  readonly goodShare: number
}

/** Finds what sets bad spans apart from good ones of the same operation, the most telling first. */
export function findStandouts(bad: readonly Span[], good: readonly Span[]): readonly Standout[] {
  if (bad.length < LEAST_BAD || good.length < LEAST_GOOD) return []
  const among = countValues(good)
  const standouts: Standout[] = []
  for (const [id, { key, value, count }] of countValues(bad)) {
    const others = Math.min(good.length, among.get(id)?.count ?? 0)
    const badShare = Math.min(1, count / bad.length)
    const goodShare = others / good.length
    if (badShare < LEAST_SHARE || badShare < goodShare * LEAST_LIFT) continue
    const score = scoreAtLeast(
      Math.min(count, bad.length),
      bad.length,
      others + 0.5,
      good.length - others + 0.5,
    )
    if (score >= LEAST_SCORE) standouts.push({ key, value, badShare, goodShare })
  }
  return standouts.toSorted(byTelling).slice(0, MOST_STANDOUTS)
}

function byTelling(left: Standout, right: Standout): number {
  const difference = right.badShare - right.goodShare - (left.badShare - left.goodShare)
  return difference || likelihood(left) - likelihood(right) || (left.key < right.key ? -1 : 1)
}

function likelihood({ key }: Standout): number {
  const place = LIKELY.indexOf(key)
  return place < 0 ? LIKELY.length : place
}

interface ValueCount {
  readonly key: string
  readonly value: string
  count: number
}

function countValues(spans: readonly Span[]): ReadonlyMap<string, ValueCount> {
  const counts = new Map<string, ValueCount>()
  for (const { attributes, resource } of spans) {
    countIn(resource.attributes, counts)
    countIn(attributes, counts)
  }
  return counts
}

function countIn(attributes: Attributes, counts: Map<string, ValueCount>): void {
  for (const [key, found] of attributes) {
    const value = textOf(found)
    if (value === undefined || OUTCOMES.test(key)) continue
    const name = shortText(key)
    const id = `${name}\n${value}`
    const known = counts.get(id)
    if (known !== undefined) known.count += 1
    else if (counts.size < MOST_VALUES) counts.set(id, { key: name, value, count: 1 })
  }
}

function textOf(value: AttributeValue): string | undefined {
  if (typeof value === 'string')
    return value.length <= LONGEST_VALUE ? shortText(value, LONGEST_VALUE) : undefined
  return typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : undefined
}
