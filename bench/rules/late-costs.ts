import { createMeasureAtSource } from '../../src/detect/pushdown/measure-at-source.js'
import type { AlertingRule } from '../../src/model/alerting-rule.js'
import type { MeasureRules, RuleMeasure } from '../../src/model/rule-sample.js'
import type { SpanSource } from '../../src/model/source.js'
import { SourceError } from '../../src/model/source-error.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../../src/model/time.js'
import type { RealTempo } from '../../test/peers/tempo.js'
import { sendMinute } from './send-minute.js'
import {
  asWritten,
  buildRules,
  costOf,
  medianOf,
  untilShown,
  type Cost,
  type CountRequests,
} from './tempo-cost.js'
import { verdict } from './verdict.js'

/** A Tempo of which the requests are counted. */
export interface BenchedTempo {
  readonly tempo: RealTempo
  readonly source: SpanSource
  readonly countRequests: CountRequests
}

export interface LateCostsOptions extends BenchedTempo {
  /** The end of the last of the minutes. */
  readonly at: Timestamp
  /** Traces a minute. */
  readonly traces: number
  readonly rules: readonly number[]
  readonly rounds: number
}

/** What an evaluation cost that counts late traces. */
export interface LateFigure {
  readonly rules: number
  readonly lateShare: number
  /** Traces that were counted late, over all rules. */
  readonly countedLate: number
  /** Rules of which the verdict is another than where everything is searched again. */
  readonly differing: number
  readonly together: Cost
  readonly everythingAgain: Cost
  readonly eachAsWritten: Cost
}

const LATENESS_MS = 2 * MINUTE_MS
const LATE_MS = 40 * SECOND_MS
const MINUTES = 4

/**
 * What it costs to count traces of up to 2 min late: nothing is late, and then one in twenty by up to 40 s. Each round sends
 * further late traces between an evaluation and the next, which is measured.
 */
export async function measureLateCosts(options: LateCostsOptions): Promise<readonly LateFigure[]> {
  const { tempo, at, traces } = options
  const start = at - MINUTES * MINUTE_MS
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const from = start + minute * MINUTE_MS
    await sendMinute(tempo.otlpUrl, { name: `minute ${minute}`, traces, start: from, end: from + MINUTE_MS })
  }
  const held = { traces: MINUTES * traces }
  await untilShown(tempo, { start, end: at }, held.traces)
  const figures: LateFigure[] = []
  for (const lateShare of [0, 0.05]) {
    const rounds: (readonly Round[])[] = []
    for (let round = 0; round < options.rounds; round += 1) {
      rounds.push(
        await measureRound(options, async () => {
          const late = Math.round(lateShare * traces)
          if (late === 0) return
          const window = { start: at - MINUTE_MS - LATE_MS, end: at - LATE_MS }
          await sendMinute(tempo.otlpUrl, { name: `late ${round}`, traces: late, ...window })
          held.traces += late
          await untilShown(tempo, { start, end: at }, held.traces)
        }),
      )
    }
    figures.push(
      ...options.rules.map((rules, index) =>
        toFigure(
          rules,
          lateShare,
          rounds.flatMap((round) => round[index] ?? []),
        ),
      ),
    )
  }
  return figures
}

interface Round {
  readonly together: Cost
  readonly everythingAgain: Cost
  readonly eachAsWritten: Cost
  readonly countedLate: number
  readonly differing: number
}

function toFigure(rules: number, lateShare: number, rounds: readonly Round[]): LateFigure {
  return {
    rules,
    lateShare,
    countedLate: Math.max(...rounds.map(({ countedLate }) => countedLate)),
    differing: Math.max(...rounds.map(({ differing }) => differing)),
    together: medianOf(rounds.map(({ together }) => together)),
    everythingAgain: medianOf(rounds.map(({ everythingAgain }) => everythingAgain)),
    eachAsWritten: medianOf(rounds.map(({ eachAsWritten }) => eachAsWritten)),
  }
}

const { signal } = new AbortController()

/** One evaluation of each number of rules, a minute after another, between which something happens. */
async function measureRound(
  options: LateCostsOptions,
  between: () => Promise<void>,
): Promise<readonly Round[]> {
  const { source, at } = options
  const sets = options.rules.map((count) => ({
    rules: buildRules(count),
    measure: createMeasureAtSource({ source, latenessMs: LATENESS_MS }),
    again: createMeasureAtSource({ source: withoutMetrics(source), latenessMs: LATENESS_MS }),
  }))
  for (const { rules, measure, again } of sets) {
    await measure(rules, at - MINUTE_MS, signal)
    await again(rules, at - MINUTE_MS, signal)
  }
  await between()
  const rounds: Round[] = []
  for (const set of sets) rounds.push(await measureSet(set, options))
  return rounds
}

async function measureSet(
  {
    rules,
    measure,
    again,
  }: {
    readonly rules: readonly AlertingRule[]
    readonly measure: MeasureRules
    readonly again: MeasureRules
  },
  { tempo, countRequests, at }: LateCostsOptions,
): Promise<Round> {
  const measures: (readonly (RuleMeasure | SourceError)[])[] = []
  const costOfOne = (measureRules: MeasureRules): Promise<Cost> =>
    costOf(tempo, countRequests, async () => measures.push(await measureRules(rules, at, signal)))
  const [together, everythingAgain] = [await costOfOne(measure), await costOfOne(again)]
  const [one = [], other = []] = measures
  const eachAsWritten = await costOf(
    tempo,
    async () => 0,
    () => asWritten(tempo, rules, { start: at - MINUTE_MS - LATENESS_MS, end: at }),
  )
  const late = one.map((each) => (each instanceof SourceError ? 0 : (each.lateTraces ?? 0)))
  return {
    together,
    everythingAgain,
    eachAsWritten: { ...eachAsWritten, requests: rules.length },
    countedLate: late.reduce((sum, count) => sum + count, 0),
    differing: rules.filter((_, index) => verdict(one[index]) !== verdict(other[index])).length,
  }
}

/** The source of one that cannot count: everything is searched again then. */
function withoutMetrics(source: SpanSource): SpanSource {
  const refuse = () => Promise.reject(new SourceError('there are no metrics', { reason: 'unsupported' }))
  return { ...source, queryRange: refuse }
}
