import type { Finding, Signal } from '../../model/finding.js'
import type { ArrivalMark, LocalTraces } from '../../model/local-traces.js'
import type { Interval } from '../../model/time.js'
import { toTraceMatch } from '../../model/to-trace-match.js'
import type { TraceMatch } from '../../model/trace-match.js'
import { blamedFor } from './blame.js'
import { collectSpans } from './collect-spans.js'
import { describeUnusual, percent } from './describe-unusual.js'
import { shortText } from './facts/short-text.js'
import { findStandouts } from './find-standouts.js'
import type { Incident } from './incident.js'
import type { Unusual } from './unusual.js'

const MOST_CANDIDATES = 5
const MOST_OTHERS = 8
const MOST_ROOTS = 3
const MOST_TRACES = 10

const SIGNAL_OF: Readonly<Record<Unusual['kind'], Signal>> = {
  time: 'latency',
  gap: 'latency',
  wait: 'latency',
  error: 'errors',
  exception: 'errors',
  'more-calls': 'calls',
  'missing-calls': 'calls',
  traffic: 'traffic',
}

export interface FindingOptions {
  readonly isService: (name: string) => boolean
  readonly normalize: (text: string) => string
  readonly traces: Pick<LocalTraces, 'get' | 'within'>
  /** Where what is bad is compared with what is good. */
  readonly window: Interval
  readonly mark: ArrivalMark
}

/** What an incident is told as. */
export function buildFinding({ blamed, unusual }: Incident, options: FindingOptions): Finding | undefined {
  const { isService, traces } = options
  const [service] = blamed
  const main = unusual.find((each) => isAbout(each, service, isService)) ?? unusual[0]
  if (service === undefined || main === undefined) return undefined
  const others = unusual.filter((each) => each !== main)
  const proof = findTraces([main, ...others], traces)
  return {
    signal: SIGNAL_OF[main.kind],
    service,
    operation: operationOf(main, service),
    sentence: describeUnusual(main),
    candidates: blamed.slice(0, MOST_CANDIDATES),
    evidence: [
      ...describeStandouts(main, options),
      ...describeRoots(proof),
      ...others.slice(0, MOST_OTHERS).map(describeUnusual),
    ],
    traces: proof,
  }
}

function describeStandouts(
  main: Unusual,
  { traces, window, mark, normalize }: FindingOptions,
): readonly string[] {
  if (main.kind === 'traffic') return []
  const { bad, good } = collectSpans(main, traces, window, mark, normalize)
  return findStandouts(bad, good).map(
    ({ key, value, badShare, goodShare }) =>
      `${key}=${value} in ${percent(badShare)} of the bad calls, in ${percent(goodShare)} of the others`,
  )
}

/** The requests in which it was met, the most frequent first. */
function describeRoots(proof: readonly TraceMatch[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { rootServiceName, rootSpanName } of proof) {
    if (rootServiceName === undefined || rootSpanName === undefined) continue
    const root = `${shortText(rootServiceName)} ${shortText(rootSpanName)}`
    counts.set(root, (counts.get(root) ?? 0) + 1)
  }
  const shown = [...counts].toSorted(([, left], [, right]) => right - left).slice(0, MOST_ROOTS)
  return shown.length === 0 ? [] : [`met in requests of ${shown.map(([root]) => root).join(', ')}`]
}

function isAbout(each: Unusual, service: string | undefined, isService: (name: string) => boolean): boolean {
  if (each.kind === 'gap') return each.gap.callee === service || each.operation.id.service === service
  return blamedFor(each, isService) === service
}

function operationOf(each: Unusual, service: string): string {
  return each.kind === 'gap' && each.gap.callee === service
    ? each.gap.calleeOperation
    : each.operation.id.name
}

function findTraces(unusual: readonly Unusual[], traces: Pick<LocalTraces, 'get'>): readonly TraceMatch[] {
  const ids = new Set(unusual.flatMap(({ judgement }) => judgement.traceIds))
  const found: TraceMatch[] = []
  for (const id of ids) {
    const trace = traces.get(id)
    if (trace !== undefined) found.push(toTraceMatch(trace))
    if (found.length === MOST_TRACES) break
  }
  return found.toSorted((left, right) => (right.start ?? 0) - (left.start ?? 0))
}
