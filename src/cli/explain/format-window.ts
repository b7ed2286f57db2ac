import { SourceError } from '../../model/source-error.js'
import { formatDurationMs } from '../../config/duration.js'
import type { Explanation } from '../../replay/explain/explanation.js'
import { formatFacts, section } from './section.js'
import { count, describeMoment, describeTime } from './words.js'

/** When the rule was evaluated, how far the source lags behind, and what it looked at for that. */
export function formatWindow(explanation: Explanation): string {
  const { at } = explanation
  return section(
    'WINDOW',
    formatFacts([
      ['evaluated at', describeMoment(at)],
      ['lag', describeLag(explanation)],
      ['looked at', describeWindow(explanation)],
      ['traffic', describeTraffic(explanation)],
    ]),
  )
}

function describeLag({ freshness, rule: { queryOffsetMs } }: Explanation): string {
  if (freshness === undefined) return 'not known: the source could not be asked'
  const { lagMs, known } = freshness
  const lag = `${formatDurationMs(lagMs)}, ${known ? 'known from the source' : 'assumed: the source does not tell'}`
  if (queryOffsetMs === 0) return lag
  const which =
    queryOffsetMs > lagMs
      ? 'which is longer, so that it counts'
      : 'which is no longer, so that the lag counts'
  return `${lag}; query_offset is ${formatDurationMs(queryOffsetMs)}, ${which}`
}

/** On a source that counts by steps, the window ends on a whole one behind the lag. */
function describeWindow({ history, at, rule, freshness }: Explanation): string {
  const measured = history.evaluations.at(-1)?.measured
  if (measured === undefined || measured instanceof SourceError) return 'nothing: it could not be measured'
  const { start, end } = measured.window
  const lagMs = Math.max(freshness?.lagMs ?? 0, rule.queryOffsetMs)
  const step = at - end > lagMs ? ', on a whole step' : ''
  const before =
    at === end ? 'up to the evaluation' : `ending ${formatDurationMs(at - end)} before the evaluation${step}`
  const longer =
    end - start > rule.windowMs ? ', longer as it is in whole steps or the lag has become less' : ''
  return `${describeTime(start, at)} to ${describeTime(end, at)}: ${formatDurationMs(end - start)}, ${before}${longer}`
}

function describeTraffic({ traffic, rule }: Explanation): string | undefined {
  if (traffic === undefined) return undefined
  const { traces, isAtLeast } = traffic
  const counted = `${count(traces, 'trace')}${isAtLeast ? ' or more' : ''}`
  if (rule.kind !== 'match' || rule.minTraffic === 0) return counted
  const compared = traces >= rule.minTraffic ? 'enough' : 'too few'
  return `${counted}: ${compared} for min_traffic ${rule.minTraffic}`
}
