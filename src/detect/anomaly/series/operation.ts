import type { SpanKind } from '../../../model/span.js'
import { limitOfCalls, limitOfTimes, NumberSeries } from './number-series.js'
import { ShareSeries } from './share-series.js'
import type { Tick } from './ticks.js'
import { TrafficSeries } from './traffic-series.js'

/** How many of each an operation may have. What comes later is counted and let go. */
const MOST_GAPS = 16
const MOST_CALLS = 48
const MOST_EXCEPTIONS = 16
/** Of what came before a call was first seen, no more counts. */
const MOST_ASSUMED = 100

/** Who an operation is. */
export interface OperationName {
  readonly service: string
  readonly name: string
  readonly kind: SpanKind
  /** Whom it calls; empty for what is no call, and where that is not known. */
  readonly peer: string
}

/** What a client's span takes longer than the server's that it caused. */
export interface Gap {
  readonly callee: string
  readonly calleeOperation: string
  readonly times: NumberSeries
}

/** What an operation calls, or does within. */
export interface Call {
  readonly name: string
  readonly peer: string
  readonly counts: NumberSeries
  /** The share of times that it is not called at all. */
  readonly missing: ShareSeries
  /** The share of these calls that fail. */
  readonly failed: { count: number; failures: number }
}

const ERRORS = { leastShare: 0.03, leastTimes: 3 }
const MISSING = { leastShare: 0.3, leastTimes: 3, leastOutliers: 5, mostUsual: 0.5 }

/** One operation of one service, and all that is followed of it. */
export class Operation {
  readonly times = new NumberSeries(limitOfTimes)
  readonly errors = new ShareSeries(ERRORS)
  /** How long messages wait to be consumed, where this consumes any. */
  waits: NumberSeries | undefined
  readonly gaps = new Map<string, Gap>()
  readonly calls = new Map<string, Call>()
  readonly exceptions = new Map<string, ShareSeries>()
  traffic: TrafficSeries | undefined
  lastSeen: Tick = Number.NEGATIVE_INFINITY

  constructor(readonly id: OperationName) {}

  gapTo(callee: string, calleeOperation: string): Gap | undefined {
    return within(this.gaps, `${callee}\n${calleeOperation}`, MOST_GAPS, () => ({
      callee,
      calleeOperation,
      times: new NumberSeries(limitOfTimes),
    }))
  }

  callOf(name: string, peer: string): Call | undefined {
    return within(this.calls, `${name}\n${peer}`, MOST_CALLS, () => {
      const call = {
        name,
        peer,
        counts: new NumberSeries(limitOfCalls),
        missing: new ShareSeries(MISSING),
        failed: { count: 0, failures: 0 },
      }
      // What it was never seen to call before, it did not call.
      const before = Math.min(this.errors.known, MOST_ASSUMED)
      call.counts.assume(0, before)
      call.missing.assumeAll(before)
      return call
    })
  }

  exception(fingerprint: string): ShareSeries | undefined {
    return within(this.exceptions, fingerprint, MOST_EXCEPTIONS, () => new ShareSeries(ERRORS, this.errors))
  }
}

function within<T>(map: Map<string, T>, key: string, most: number, create: () => T): T | undefined {
  const known = map.get(key)
  if (known !== undefined || map.size >= most) return known
  const created = create()
  map.set(key, created)
  return created
}
