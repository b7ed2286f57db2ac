import type { Finding, Signal } from '../../model/finding.js'
import type { LocalTraces } from '../../model/local-traces.js'
import { toTraceMatch } from '../../model/to-trace-match.js'
import type { TraceMatch } from '../../model/trace-match.js'
import { blamedFor } from './blame.js'
import { describeUnusual } from './describe-unusual.js'
import type { Incident } from './incident.js'
import type { Unusual } from './unusual.js'

const MOST_CANDIDATES = 5
const MOST_EVIDENCE = 8
const MOST_TRACES = 10

const SIGNAL_OF: Readonly<Record<Unusual['kind'], Signal>> = {
  time: 'latency',
  gap: 'latency',
  error: 'errors',
  exception: 'errors',
  'more-calls': 'calls',
  'missing-calls': 'calls',
  traffic: 'traffic',
}

/** What an incident is told as. */
export function buildFinding(
  { blamed, unusual }: Incident,
  isService: (name: string) => boolean,
  traces: Pick<LocalTraces, 'get'>,
): Finding | undefined {
  const [service] = blamed
  const main = unusual.find((each) => isAbout(each, service, isService)) ?? unusual[0]
  if (service === undefined || main === undefined) return undefined
  return {
    signal: SIGNAL_OF[main.kind],
    service,
    operation: operationOf(main, service),
    sentence: describeUnusual(main),
    candidates: blamed.slice(0, MOST_CANDIDATES),
    evidence: unusual
      .filter((each) => each !== main)
      .slice(0, MOST_EVIDENCE)
      .map(describeUnusual),
    traces: findTraces([main, ...unusual], traces),
  }
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
  return found
}
