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
/** A call is new for an hour. */
const NEW_TICKS = 360

/** Who an operation is. */
export interface OperationName {
  readonly service: string
  readonly name: string
  readonly kind: SpanKind
  /** Whom it calls; empty for what is no call, and where that is not known. */
  readonly peer: string
  /** Of a call the operation of the same service that makes it: a batch job asks a database for more than a request does. */
  readonly within: string
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
  /** Whether it is known by a span of who calls, or by one of who is called, which comes by itself and may be lost. */
  readonly seen: 'here' | 'elsewhere'
  /** From when on it is missed where it is not made: a call that is new may have been made by mistake. */
  readonly missedFrom: Tick
  readonly counts: NumberSeries
  /** The share of times that it is not called at all. */
  readonly missing: ShareSeries
  /** How many of these calls failed of late, of how many. */
  readonly failed: { count: number; failures: number }
}

const ERRORS = { leastShare: 0.03, leastTimes: 3 }
const MISSING = { leastShare: 0.1, leastTimes: 3, leastOutliers: 5, mostUsual: 0.5 }

/** One of two instances that is not heard of is no missing call. */
const MISSING_ELSEWHERE = { ...MISSING, leastShare: 0.7 }

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

  callOf(name: string, peer: string, seen: Call['seen'], tick: Tick): Call | undefined {
    const before = Math.min(this.errors.known, MOST_ASSUMED)
    return within(this.calls, `${name}\n${peer}`, MOST_CALLS, () => {
      const call = createCall(name, peer, seen, before < MOST_ASSUMED ? 0 : tick + NEW_TICKS)
      // What it was never seen to call before, it did not call.
      call.counts.assume(0, before)
      return call
    })
  }

  /** A call that was known before a restart. */
  restoreCall(name: string, peer: string, seen: Call['seen'], missedFrom: Tick): Call | undefined {
    const key = `${name}\n${peer}`
    return within(this.calls, key, MOST_CALLS, () => createCall(name, peer, seen, missedFrom))
  }

  exception(fingerprint: string): ShareSeries | undefined {
    return within(this.exceptions, fingerprint, MOST_EXCEPTIONS, () => new ShareSeries(ERRORS, this.errors))
  }
}

function createCall(name: string, peer: string, seen: Call['seen'], missedFrom: Tick): Call {
  return {
    name,
    peer,
    seen,
    missedFrom,
    counts: new NumberSeries(limitOfCalls),
    missing: new ShareSeries(seen === 'here' ? MISSING : MISSING_ELSEWHERE),
    failed: { count: 0, failures: 0 },
  }
}

function within<T>(map: Map<string, T>, key: string, most: number, create: () => T): T | undefined {
  const known = map.get(key)
  if (known !== undefined || map.size >= most) return known
  const created = create()
  map.set(key, created)
  return created
}
