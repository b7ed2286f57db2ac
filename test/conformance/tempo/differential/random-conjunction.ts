import fc from 'fast-check'
import { id, LENGTH, ofPlaces, text } from './random-condition.js'
import { EQUAL, is, oneOf, ORDER, type Query } from './query-text.js'
import { spanIdOf, traceIdOf } from './random-traces.js'

/** Conditions of which each names another event or link field, so that storage can see all events. */
const OF_ONE_ITEM: readonly (readonly Query[])[] = [
  [text('event:name', 'exception', 'cache.miss')],
  [text('event.reason', 'timeout', 'refused'), oneOf('event.reason = nil', 'event.reason != nil')],
  [is('event:timeSinceStart', ORDER, oneOf('0s', '1ms', '30ms'))],
  [text('link.why', 'retry', 'batch')],
  [id('link:traceID', traceIdOf(0), traceIdOf(2))],
  [id('link:spanID', spanIdOf(0, 0), spanIdOf(1, 0))],
]
const OF_ONE_SPAN: readonly (readonly Query[])[] = [
  [is('span.tries', ORDER, oneOf('0', '2'))],
  [text('span.region', 'eu', 'us')],
  [is('resource.replica', ORDER, oneOf('2'))],
  [text('resource.service.name', 'shop')],
  [is('status', EQUAL, oneOf('error', 'ok'))],
  [is('duration', ORDER, LENGTH)],
  [is('traceDuration', ORDER, LENGTH)],
  [text('name', 'charge', 'SELECT')],
  [text('rootName', 'charge')],
  [oneOf('span.note = nil', 'span.step != nil')],
  [ofPlaces],
]

function conjunction(choices: readonly (readonly Query[])[], maxLength: number): Query {
  return fc
    .shuffledSubarray([...choices], { minLength: 1, maxLength })
    .chain((chosen) => fc.tuple(...chosen.map((each) => fc.oneof(...each))))
    .map((all) => `{ ${all.join(' && ')} }`)
}

/** A filter that any number of events and links may be asked: each field once, all with `&&`, none without its scope. */
export const conjunctionOfItems: Query = conjunction([...OF_ONE_ITEM, ...OF_ONE_SPAN], 5)

/** A filter of spans only, all with `&&`. */
export const conjunctionOfSpans: Query = conjunction(OF_ONE_SPAN, 3)
