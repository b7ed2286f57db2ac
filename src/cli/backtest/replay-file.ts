import type { AllSettings } from '../../config/settings/read-settings.js'
import type { RuleGroup } from '../../model/alerting-rule.js'
import type { Clock } from '../../model/clock.js'
import { runBacktest, type BacktestReport } from '../../replay/backtest.js'
import { createFileReport } from '../query/file-report.js'
import { describeReplay } from './describe-replay.js'
import { readRange, type PeriodTexts } from './read-period.js'

export interface ReplayFileOptions extends PeriodTexts {
  readonly groups: readonly RuleGroup[]
  readonly path: string
  /** A file that says when each line of the source arrived; undefined where that is not known. */
  readonly arrival: string | undefined
  /** With whom to tell, and where texts link to; undefined where no settings are named. */
  readonly settings: AllSettings | undefined
  readonly onAnomaly: ((line: string) => void) | undefined
  readonly clock: Clock
  readonly say: (line: string) => void
  readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown }
  readonly signal: AbortSignal
}

/** For the spans that windows can still reach; as much as the embedded source takes by default. */
const MEMORY_BYTES = 256 * 1024 * 1024

/** Replays a file, with a bar at a terminal. Throws an `InputError` for a time that is none. */
export async function replayFile(options: ReplayFileOptions): Promise<BacktestReport> {
  const { from, to } = readRange(options)
  const reading = createFileReport({
    ...options,
    describe: ({ doneBytes, totalBytes }) => describeReplay(doneBytes, totalBytes),
  })
  try {
    return await runBacktest({
      ...options,
      links: options.settings?.links,
      delivery: options.settings,
      arrivals: options.arrival,
      from,
      to,
      maxBytes: MEMORY_BYTES,
      onBadLine: (line) => reading.onBadLine(line),
      onProgress: (progress) => reading.onProgress(progress),
    })
  } finally {
    reading.close()
  }
}
