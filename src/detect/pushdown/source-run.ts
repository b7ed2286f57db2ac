import type { Answer, FoundTrace, RangeQuestion, Series, SpanQuestion } from '../../model/question.js'
import type { SpanSource } from '../../model/source.js'
import { SourceError } from '../../model/source-error.js'
import type { Interval, Timestamp } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'
import type { TraceMatch } from '../../model/trace-match.js'
import type { LateSigns } from './late/late-signs.js'
import type { Turns } from './turns.js'

export interface SourceRunOptions {
  readonly source: SpanSource
  /** What all rules of this run look at. */
  readonly window: Interval
  /** How far beyond the window parts of its traces are looked for, in milliseconds. */
  readonly reachMs: number
  readonly turns: Turns
  /** How far before the window traces are found that came too late for theirs, in milliseconds. */
  readonly lookBackMs: number
  /** From when on traces are searched: the start of the window where none has come late, before it elsewhere. */
  readonly searchFrom: Timestamp
  /** What is known of late spans; undefined where it could not be found out. */
  readonly signs: LateSigns | undefined
  /** How many traces in the window it is enough to know of. */
  readonly enoughTraffic: number
  readonly signal: AbortSignal
}

/** How many distinct traces the window holds, as far as that matters. */
export interface Traffic {
  readonly count: number
  /** Whether there are no more, as far as that matters. */
  readonly isComplete: boolean
}

/** Whether it is known of this many traces whether the window holds them. */
export function isKnown({ count, isComplete }: Traffic, most: number): boolean {
  return isComplete || count >= most
}

/** The traces that the source may hold in several parts. */
export interface Suspects {
  readonly ids: ReadonlySet<TraceId>
  /** False where there are so many that none are named. */
  readonly areKnown: boolean
}

/** Requests that one question may cost. */
const QUESTION_BUDGET = 32
/** Questions that one window may cost. Rules that are asked alone, after they failed together, cost most. */
const MOST_QUESTIONS = 200
const MOST_SUSPECTS = 300
const PAGE_TRACES = 2500

/** What rules of one window ask a source, each thing once. */
export class SourceRun {
  readonly window: Interval
  readonly lookBackMs: number
  readonly signs: LateSigns | undefined
  private readonly whole = new Map<string, Promise<Answer<Trace>>>()
  private suspected: Promise<Suspects> | undefined
  private known: Promise<Traffic> | undefined
  private asked = 0

  constructor(private readonly options: SourceRunOptions) {
    this.window = options.window
    this.lookBackMs = options.lookBackMs
    this.signs = options.signs
  }

  /** The window with what lies before it that may have come late. */
  private get searched(): Interval {
    return { start: this.options.searchFrom, end: this.window.end }
  }

  /** The window and what lies before it, whether or not that is searched, with what lies within reach of them. */
  get reach(): Interval {
    const { window, reachMs, lookBackMs } = this.options
    return { start: window.start - lookBackMs - reachMs, end: window.end + reachMs }
  }

  suspects(): Promise<Suspects> {
    this.suspected ??= this.ask(async (source, signal) => {
      const { items, completeness } = await source.tracesInParts(this.reach, MOST_SUSPECTS, signal)
      const areKnown = completeness === 'complete'
      return { ids: new Set(areKnown ? items.map(({ traceId }) => traceId) : []), areKnown }
    })
    return this.suspected
  }

  traffic(): Promise<Traffic> {
    this.known ??= this.countTraces(this.options.enoughTraffic)
    return this.known
  }

  /** What ends just when the window begins is among what the source finds, and may be all that it was asked for. */
  private async countTraces(enough: number): Promise<Traffic> {
    const { window, enoughTraffic } = this.options
    const question = { kind: 'search', query: undefined, window, budget: QUESTION_BUDGET, enough } as const
    const answer = await this.ask((source, signal) => source.search(question, signal))
    const isComplete = answer.completeness === 'complete'
    const count = answer.items.filter((match) => endsAfter(match, window.start)).length
    const mayBeMore = !isComplete && count < enoughTraffic && answer.items.length >= enough
    return mayBeMore && this.hasBudget() ? this.countTraces(2 * enough) : { count, isComplete }
  }

  /** The traces that a pipeline finds. */
  findTraces(query: string): Promise<Answer<TraceMatch>> {
    const question = {
      kind: 'search',
      query,
      window: this.searched,
      budget: QUESTION_BUDGET,
      pageSize: PAGE_TRACES,
    } as const
    return this.ask((source, signal) => source.search(question, signal))
  }

  findSpans(question: Pick<SpanQuestion, 'query' | 'fields' | 'inParts'>): Promise<Answer<FoundTrace>> {
    const whole = { ...question, window: this.searched, budget: QUESTION_BUDGET }
    return this.ask((source, signal) => source.searchSpans(whole, signal))
  }

  wholeTraces(ids: readonly TraceId[], fields: readonly string[]): Promise<Answer<Trace>> {
    const key = JSON.stringify([fields, ids])
    const known = this.whole.get(key)
    if (known !== undefined) return known
    const question = { ids, fields, window: this.reach, budget: MOST_QUESTIONS }
    const answer = this.ask((source, signal) => source.wholeTraces(question, signal))
    this.whole.set(key, answer)
    return answer
  }

  queryRange(question: RangeQuestion): Promise<Answer<Series>> {
    return this.ask((source, signal) => source.queryRange(question, signal))
  }

  /** Whether another question may be asked. */
  hasBudget(): boolean {
    return this.asked < MOST_QUESTIONS
  }

  private ask<T>(work: (source: SpanSource, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { source, turns, signal } = this.options
    this.asked += 1
    return turns(() => {
      signal.throwIfAborted()
      return work(source, signal)
    })
  }
}

function endsAfter({ start, durationMs }: TraceMatch, moment: Timestamp): boolean {
  return start === undefined || start + durationMs > moment
}

/** The outcome, or why the source gave none. Rejects for anything else, such as an abort. */
export async function unlessRefused<T>(answer: Promise<T>): Promise<T | SourceError> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof SourceError) return error
    throw error
  }
}
