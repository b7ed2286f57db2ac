import { explainAtSource } from '../../detect/pushdown/explain-at-source.js'
import { createMeasureAtSource } from '../../detect/pushdown/measure-at-source.js'
import type { RulePlan } from '../../model/rule-sample.js'
import type { Clock } from '../../model/clock.js'
import type { SpanSource } from '../../model/source.js'
import { SourceError } from '../../model/source-error.js'
import { SECOND_MS, type Interval, type Timestamp } from '../../model/time.js'
import type { TempoConfig } from '../../source/tempo/config.js'
import { createTempoSource } from '../../source/tempo/source.js'
import type { Logger } from '../../telemetry/logger.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { noSpans } from '../../telemetry/spans.js'
import { untraced } from '../../telemetry/untraced.js'
import { createTemplateRenderer } from '../../template/create-template-renderer.js'
import type { TemplateLinks } from '../../template/template-links.js'
import type { Explanation, RuleInGroup, Traffic } from './explanation.js'
import { measureBack } from './measure-back.js'
import { playEvaluations } from './play-evaluations.js'

export interface ExplainOptions {
  /** The moment of the evaluation that is explained. */
  readonly at: Timestamp
  readonly links: TemplateLinks
  readonly clock: Clock
  readonly signal: AbortSignal
}

export interface ExplainOverTempoOptions extends ExplainOptions {
  readonly tempo: TempoConfig
}

/** A person waits longer than a poll does. */
const LEAST_TIMEOUT_MS = 30 * SECOND_MS

/** Nobody reads a log here. */
const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Explains a rule over a Tempo, or what answers as one. What it cannot be asked is part of the explanation. */
export async function explainOverTempo(
  about: RuleInGroup,
  { tempo, ...options }: ExplainOverTempoOptions,
): Promise<Explanation> {
  const source = createTempoSource({
    config: { ...tempo, queryTimeoutMs: Math.max(LEAST_TIMEOUT_MS, tempo.queryTimeoutMs) },
    clock: options.clock,
    logger: SILENT,
    metrics: createMetrics(),
    spans: noSpans,
    untraced,
  })
  try {
    return { ...(await explainOverSource(about, source, options)), source: `Tempo at ${tempo.url.href}` }
  } finally {
    await source.close()
  }
}

/** Explains a rule over a source that answers TraceQL. Rejects only when aborted. */
export async function explainOverSource(
  about: RuleInGroup,
  source: SpanSource,
  { at, links, clock, signal }: ExplainOptions,
): Promise<Explanation> {
  const plan = await unlessRefused(explainAtSource(source, about.rule, at, signal))
  const measure = createMeasureAtSource({ source })
  const { recorded, beginsQuiet } = await measureBack(about, { at, measure, clock, signal })
  const evaluations = await playEvaluations(about, recorded, createTemplateRenderer(links), signal)
  const window = windowOf(evaluations.at(-1)?.measured)
  return {
    ...about,
    source: 'the source',
    at,
    plan: plan instanceof SourceError ? plan : plan.queries,
    freshness: plan instanceof SourceError ? await freshnessOf(source, at, signal) : plan.freshness,
    traffic: window && (await countTraffic(source, window, about, signal)),
    history: { evaluations, beginsQuiet },
    notes: [],
  }
}

async function freshnessOf(
  source: SpanSource,
  at: Timestamp,
  signal: AbortSignal,
): Promise<RulePlan['freshness'] | undefined> {
  const freshness = await unlessRefused(source.freshness(at, signal))
  return freshness instanceof SourceError ? undefined : freshness
}

function windowOf(
  measured: Explanation['history']['evaluations'][number]['measured'] | undefined,
): Interval | undefined {
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

/** Rejects for anything but a refusal, such as an abort. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | SourceError> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof SourceError) return error
    throw error
  }
}
