import type { Clock } from '../model/clock.js'
import type { Answer } from '../model/question.js'
import type { SpanSource } from '../model/source.js'
import { SourceError } from '../model/source-error.js'
import { AnswerTooLarge } from '../source/tempo/errors.js'

/** A source that is asked again where it was out of reach or overloaded. */
export interface PatientSource {
  readonly source: SpanSource
  /** Why the last question that was answered or given up has no answer; undefined where it has one. */
  readonly outage: () => SourceError | undefined
}

/** So long it is waited before a question is asked again, in milliseconds. */
const PAUSES_MS = [500, 1000, 2000]

/**
 * The same source, of which each question is asked up to four times, with pauses by this clock. Once one of them has been
 * given up, the others are asked once only until one is answered: a source that is away does not cost its pauses each time.
 */
export function createPatientSource(source: SpanSource, clock: Clock): PatientSource {
  let outage: SourceError | undefined
  let hasAnswered = false

  /** What never answered anything is no source of this kind; one that did may only lack what some questions need. */
  function isOutage(failure: SourceError | undefined): boolean {
    if (failure?.reason === 'unsupported') return !hasAnswered
    return isTemporary(failure)
  }

  async function ask<T>(work: () => Promise<Answer<T>>, signal: AbortSignal): Promise<Answer<T>> {
    for (let turn = 0; ; turn += 1) {
      const outcome = await attempt(work)
      const failure = outcome instanceof SourceError ? outcome : outcome.failure
      const pauseMs = outage === undefined ? PAUSES_MS[turn] : undefined
      if (isTemporary(failure) && pauseMs !== undefined) {
        await clock.sleepUntil(clock.now() + pauseMs, signal)
        continue
      }
      hasAnswered ||= failure === undefined
      outage = isOutage(failure) ? failure : undefined
      if (outcome instanceof SourceError) throw outcome
      return outcome
    }
  }

  return {
    outage: () => outage,
    source: {
      search: (question, signal) => ask(() => source.search(question, signal), signal),
      queryRange: (question, signal) => ask(() => source.queryRange(question, signal), signal),
      searchSpans: (question, signal) => ask(() => source.searchSpans(question, signal), signal),
      wholeTraces: (question, signal) => ask(() => source.wholeTraces(question, signal), signal),
      tracesInParts: (window, limit, signal) =>
        ask(() => source.tracesInParts(window, limit, signal), signal),
      freshness: (at, signal) => source.freshness(at, signal),
    },
  }
}

async function attempt<T>(work: () => Promise<Answer<T>>): Promise<Answer<T> | SourceError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof SourceError) return error
    throw error
  }
}

/** What is too large is so again. */
function isTemporary(failure: SourceError | undefined): failure is SourceError {
  return failure?.reason === 'transient' && !(failure instanceof AnswerTooLarge)
}
