import type { Answer, Answers, CountQuestion, Query, Question, SearchQuestion } from '../model/question.js'
import type { Source } from '../model/source.js'
import { SourceError } from '../model/source-error.js'
import type { TraceId } from '../model/trace-id.js'
import type { TraceMatch } from '../model/trace-match.js'
import type { Metrics } from '../telemetry/metrics.js'
import { countByMetrics, countBySearch } from './count-traces.js'

export interface PlannerOptions {
  readonly source: Source
  readonly metrics: Pick<Metrics, 'sampledAnswers'>
}

type Outcome<T> = { readonly answer: Answer<T> } | { readonly error: SourceError }

/**
 * Makes the way from detectors to a source. Questions that several detectors have in common are asked once, and a
 * search that can be judged on the bare match is answered from one page of all traces, as long as that page holds them
 * all. Questions are asked one after the other: a backend in trouble is not asked four at a time.
 */
export function createPlanner({ source, metrics }: PlannerOptions): Query {
  return async function query(questions, signal): Promise<Answers> {
    const searches = new Map<string, Outcome<TraceMatch>>()

    function note(outcome: Outcome<unknown>, question?: SearchQuestion): void {
      // A page of all traces is not meant to hold them all.
      const isPage = question !== undefined && question.query === undefined
      if (isPartial(outcome) && !isPage) metrics.sampledAnswers.inc()
    }

    async function search(question: SearchQuestion): Promise<Answer<TraceMatch>> {
      const { window, judge } = question
      if (judge === undefined) return source.search(question, signal)
      const bare: SearchQuestion = { kind: 'search', query: undefined, window, budget: 1 }
      const page = settle(await once(searches, bare, () => source.search(bare, signal)))
      if (page.completeness === 'partial') return source.search(question, signal)
      return { ...page, items: page.items.filter(judge) }
    }

    for (const question of questions) {
      if (question.kind !== 'search') continue
      signal.throwIfAborted()
      note(await once(searches, question, () => search(question)), question)
    }
    const counts = await countAll(source, uniqueCounts(questions), signal)
    for (const outcome of counts.values()) note(outcome)
    return {
      search: (question) => settle(searches.get(keyOf(question))),
      count: (question) => settle(counts.get(keyOf(question))),
    }
  }
}

/** Asks a question unless it has been asked, and keeps what came of it. */
async function once<T>(
  outcomes: Map<string, Outcome<T>>,
  question: Question,
  ask: () => Promise<Answer<T>>,
): Promise<Outcome<T>> {
  const key = keyOf(question)
  const known = outcomes.get(key)
  if (known !== undefined) return known
  const outcome = await attempt(ask)
  outcomes.set(key, outcome)
  return outcome
}

async function attempt<T>(ask: () => Promise<Answer<T>>): Promise<Outcome<T>> {
  try {
    return { answer: await ask() }
  } catch (error) {
    if (error instanceof SourceError) return { error }
    throw error
  }
}

function settle<T>(outcome: Outcome<T> | undefined): Answer<T> {
  if (outcome === undefined) throw new Error('a question was judged that had not been asked')
  if ('error' in outcome) throw outcome.error
  return outcome.answer
}

function isPartial(outcome: Outcome<unknown>): boolean {
  return 'answer' in outcome && outcome.answer.completeness === 'partial'
}

/** The count questions, each once, by their keys. */
function uniqueCounts(questions: readonly Question[]): ReadonlyMap<string, CountQuestion> {
  return new Map(questions.flatMap((each) => (each.kind === 'count' ? [[keyOf(each), each]] : [])))
}

type Counts = ReadonlyMap<string, Outcome<TraceId>>

/**
 * Counts all in the same way: where metrics cannot answer one of the questions, all are counted by searching, as the two
 * ways count different populations.
 */
async function countAll(
  source: Source,
  questions: ReadonlyMap<string, CountQuestion>,
  signal: AbortSignal,
): Promise<Counts> {
  const counts = await countEach(questions, signal, (question) => countByMetrics(source, question, signal))
  const cannot = [...counts.values()].some((each) => 'error' in each && each.error.reason !== 'transient')
  return cannot ? countEach(questions, signal, (question) => countBySearch(source, question, signal)) : counts
}

async function countEach(
  questions: ReadonlyMap<string, CountQuestion>,
  signal: AbortSignal,
  count: (question: CountQuestion) => Promise<Answer<TraceId>>,
): Promise<Counts> {
  const counts = new Map<string, Outcome<TraceId>>()
  for (const [key, question] of questions) {
    signal.throwIfAborted()
    counts.set(key, await attempt(() => count(question)))
  }
  return counts
}

function keyOf(question: Question): string {
  const { kind, window } = question
  const text = question.kind === 'search' ? question.query : question.filter
  return JSON.stringify([kind, window.start, window.end, text ?? null])
}
