import type { Clock } from '../model/clock.js'
import type { SpanSource } from '../model/source.js'
import { SourceError } from '../model/source-error.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../model/time.js'

export interface BackOffOptions {
  readonly clock: Clock
  /** From 0 to less than 1: so that many who ask one source do not all come back at once. */
  readonly random: () => number
}

const FIRST_PAUSE_MS = SECOND_MS
const LONGEST_PAUSE_MS = MINUTE_MS
/** One question that the source is too slow for says nothing of it, while it answers the others. */
const FAILURES_IN_A_ROW = 3

/**
 * The same source, which is left alone for a while after three questions in a row found it out of reach or overloaded, or
 * once it says that it wants to be: what is asked meanwhile is refused at once, and not one after the other once its time is
 * up. The pause doubles while that goes on, up to a minute, and is cut at random by up to a half, but not below what the
 * source asks for.
 */
export function withBackOff<S extends SpanSource>(source: S, { clock, random }: BackOffOptions): S {
  let failures = 0
  let pausedUntil: Timestamp = Number.NEGATIVE_INFINITY
  let last: SourceError | undefined

  function refuseInPause(): void {
    const now = clock.now()
    // A clock that was set back ends the pause too.
    if (last === undefined || now >= pausedUntil || pausedUntil - now > LONGEST_PAUSE_MS) return
    const seconds = Math.ceil((pausedUntil - now) / SECOND_MS)
    throw new SourceError(`${last.message}; asked again in ${seconds} s`, {
      reason: 'transient',
      detail: last.detail,
      hint: last.hint,
      cause: last,
    })
  }

  function pause(failure: SourceError): void {
    // Questions that were under way together have failed together.
    if (clock.now() < pausedUntil) return
    failures += 1
    const { retryAfterMs } = failure
    if (failures < FAILURES_IN_A_ROW && retryAfterMs === undefined) return
    const own = FIRST_PAUSE_MS * 2 ** Math.max(0, failures - FAILURES_IN_A_ROW) * (1 - random() / 2)
    pausedUntil = clock.now() + Math.min(LONGEST_PAUSE_MS, Math.max(own, retryAfterMs ?? 0))
    last = failure
  }

  async function ask<T>(work: () => Promise<T>): Promise<T> {
    refuseInPause()
    try {
      const answer = await work()
      failures = 0
      return answer
    } catch (error) {
      if (error instanceof SourceError && error.reason === 'transient') pause(error)
      throw error
    }
  }

  return {
    ...source,
    search: (question, signal) => ask(() => source.search(question, signal)),
    queryRange: (question, signal) => ask(() => source.queryRange(question, signal)),
    searchSpans: (question, signal) => ask(() => source.searchSpans(question, signal)),
    wholeTraces: (question, signal) => ask(() => source.wholeTraces(question, signal)),
    tracesInParts: (window, limit, signal) => ask(() => source.tracesInParts(window, limit, signal)),
  }
}
