import { formatDurationMs } from '../../duration.js'
import type { Lint } from './lint.js'

/** Windows that leave time between them in which nobody looks, or that are over before the source has their data. */
export const lintWindowGaps: Lint = ({
  rule: { kind, windowMs },
  group: { intervalMs },
  options: { sourceLagMs },
}) => {
  // It looks at all spans since the last evaluation.
  if (kind === 'anomaly') return []
  const window = formatDurationMs(windowMs)
  const gaps =
    windowMs < intervalMs
      ? [
          `the window of ${window} is shorter than the interval of ${formatDurationMs(intervalMs)}: what happens between windows is not seen`,
        ]
      : []
  const lag =
    sourceLagMs !== undefined && windowMs < sourceLagMs
      ? [
          `the window of ${window} is shorter than the ${formatDurationMs(sourceLagMs)} that the source is behind: spans of one trace fall into different windows`,
        ]
      : []
  return [...gaps, ...lag].map((problem) => ({ path: ['window'], problem }))
}
