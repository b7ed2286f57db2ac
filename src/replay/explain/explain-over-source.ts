import { explainAtSource } from '../../detect/pushdown/explain-at-source.js'
import { createMeasureAtSource } from '../../detect/pushdown/measure-at-source.js'
import { unlessRefused } from '../../detect/pushdown/source-run.js'
import type { Clock } from '../../model/clock.js'
import type { SpanSource } from '../../model/source.js'
import { SourceError } from '../../model/source-error.js'
import type { Interval, Timestamp } from '../../model/time.js'
import { createTemplateRenderer } from '../../template/create-template-renderer.js'
import type { TemplateLinks } from '../../template/template-links.js'
import type { Explanation, RecordedEvaluation, RuleInGroup, Traffic } from './explanation.js'
import { measureBack } from './measure-back.js'
import { playEvaluations } from './play-evaluations.js'

export interface ExplainOptions {
  /** The moment of the evaluation that is explained. */
  readonly at: Timestamp
  readonly links: TemplateLinks
  readonly clock: Clock
  readonly signal: AbortSignal
}

export interface ExplainOverSourceOptions extends ExplainOptions {
  readonly source: SpanSource
  /** What it is, for people. */
  readonly name: string
  /** Is told of every evaluation that was measured. */
  readonly onProgress?: ((evaluations: number) => void) | undefined
}

/**
 * Explains a rule over a Tempo, or whatever answers TraceQL. What it cannot be asked is part of the explanation. Rejects
 * only when aborted.
 */
export async function explainOverSource(
  about: RuleInGroup,
  options: ExplainOverSourceOptions,
): Promise<Explanation> {
  const { source, at, signal } = options
  const facts = await planFacts(about, options)
  const measured = await measureBack(about, { ...options, measure: createMeasureAtSource({ source }) })
  const { recorded, beginsQuiet } = measured
  const evaluations = await playEvaluations(about, recorded, createTemplateRenderer(options.links), signal)
  const window = windowOf(recorded.at(-1))
  const traffic = window && (await countTraffic(source, window, about, signal))
  const history = { evaluations, beginsQuiet }
  return { ...about, ...facts, source: options.name, at, traffic, history, notes: [] }
}

async function planFacts(
  { rule }: RuleInGroup,
  { source, at, signal }: ExplainOverSourceOptions,
): Promise<Pick<Explanation, 'plan' | 'freshness'>> {
  const plan = await unlessRefused(explainAtSource(source, rule, at, signal))
  if (!(plan instanceof SourceError)) return { plan: plan.queries, freshness: plan.freshness }
  const freshness = await unlessRefused(source.freshness(at, signal))
  return { plan, freshness: freshness instanceof SourceError ? undefined : freshness }
}

function windowOf(evaluation: RecordedEvaluation | undefined): Interval | undefined {
  const measured = evaluation?.measured
  return measured === undefined || measured instanceof SourceError ? undefined : measured.window
}

const ENOUGH_TRACES = 1000
const REQUESTS = 32

/** Undefined where the source could not be asked. */
async function countTraffic(
  source: SpanSource,
  window: Interval,
  { rule }: RuleInGroup,
  signal: AbortSignal,
): Promise<Traffic | undefined> {
  const enough = Math.max(ENOUGH_TRACES, rule.kind === 'match' ? rule.minTraffic : 0)
  const question = { kind: 'search', query: undefined, window, budget: REQUESTS, enough } as const
  const answer = await unlessRefused(source.search(question, signal))
  if (answer instanceof SourceError) return undefined
  const inside = answer.items.filter(
    ({ start, durationMs }) => start === undefined || start + durationMs > window.start,
  )
  return {
    traces: inside.length,
    isAtLeast: answer.completeness === 'partial' || answer.items.length >= enough,
  }
}
