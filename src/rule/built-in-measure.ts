import type { MatchesMeasured, Measured, ShareMeasured } from '../model/detector.js'
import { toFingerprint, type Fingerprint, type LabelSet } from '../model/label-set.js'
import { MOST_EXEMPLARS, type RuleMeasure, type Sample } from '../model/rule-sample.js'
import { matchEnd, newestMatches, type TraceMatch } from '../model/trace-match.js'

/**
 * What a built-in rule measured, in the shape that every rule has: wrong traces are counted for each root, as those of a
 * user's rule are by default. `threshold` is the share, 0 to 1, above which the condition of a share holds; `failed` are
 * the traces that prove it.
 */
export function toRuleMeasure(
  measured: Measured,
  threshold: number,
  failed: readonly TraceMatch[],
): RuleMeasure {
  return measured.kind === 'matches' ? measureTraces(measured) : measureShare(measured, threshold, failed)
}

/** Of the traces that were found, those that go on after the count of all traces begins. */
function measureTraces({ matches, window, sampled, failure, population }: MatchesMeasured): RuleMeasure {
  const { since, traceIds } = population
  return {
    window: { start: since, end: window.end },
    samples: countByRoot(matches.filter((match) => matchEnd(match) > since)),
    completeness: sampled || failure !== undefined ? 'partial' : 'complete',
    hasData: traceIds.size > 0 || matches.length > 0,
  }
}

function measureShare(
  { affected, total, window, sampled }: ShareMeasured,
  threshold: number,
  failed: readonly TraceMatch[],
): RuleMeasure {
  const value = total === 0 ? 0 : affected / total
  const holds = value > threshold
  const exemplars = newestMatches(
    failed.filter((match) => matchEnd(match) > window.start),
    MOST_EXEMPLARS,
  )
  return {
    window,
    samples: [{ labels: new Map(), value, holds, exemplars: holds ? exemplars : [] }],
    completeness: sampled ? 'partial' : 'complete',
    hasData: total > 0,
  }
}

function countByRoot(matches: readonly TraceMatch[]): readonly Sample[] {
  const byRoot = new Map<Fingerprint, { readonly labels: LabelSet; readonly matches: TraceMatch[] }>()
  for (const match of matches) {
    const labels = labelsOf(match)
    const root = byRoot.get(toFingerprint(labels)) ?? { labels, matches: [] }
    byRoot.set(toFingerprint(labels), root)
    root.matches.push(match)
  }
  return [...byRoot.values()].map(({ labels, matches: found }) => ({
    labels,
    value: found.length,
    holds: true,
    exemplars: newestMatches(found, MOST_EXEMPLARS),
  }))
}

function labelsOf({ rootServiceName, rootSpanName }: TraceMatch): LabelSet {
  const labels = new Map<string, string>()
  if (rootServiceName !== undefined) labels.set('rootServiceName', rootServiceName)
  if (rootSpanName !== undefined) labels.set('rootName', rootSpanName)
  return labels
}
