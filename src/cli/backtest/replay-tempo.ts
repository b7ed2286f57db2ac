import type { AllSettings } from '../../config/settings/read-settings.js'
import type { RuleGroup } from '../../model/alerting-rule.js'
import type { Clock } from '../../model/clock.js'
import { openTempo } from '../../query/open-tempo.js'
import type { BacktestReport } from '../../replay/backtest-report.js'
import { backtestSource } from '../../replay/backtest-source.js'
import type { QuerySource } from '../query/choose-source.js'
import { createProgress } from '../query/progress.js'
import { describeReplay } from './describe-replay.js'
import { readPeriod, type PeriodTexts } from './read-period.js'

export interface ReplayTempoOptions extends PeriodTexts {
  readonly groups: readonly RuleGroup[]
  readonly source: Extract<QuerySource, { kind: 'tempo' }>
  /** With whom to tell, and where texts link to; undefined where no settings are named. */
  readonly settings: AllSettings | undefined
  readonly onAnomaly: ((line: string) => void) | undefined
  readonly clock: Clock
  readonly say: (line: string) => void
  readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown }
  readonly signal: AbortSignal
}

/** Replays the past of a Tempo, with a bar at a terminal. Throws an `InputError` for a time that is none. */
export async function replayTempo(options: ReplayTempoOptions): Promise<BacktestReport> {
  const { from, to, clock, say, stderr } = options
  const period = readPeriod({ from, to }, clock.now())
  if (from === undefined) {
    const [start, end] = [new Date(period.start).toISOString(), new Date(period.end).toISOString()]
    say(`without --from: the hour from ${start} to ${end}`)
  }
  const progress = createProgress<readonly [number, number]>({
    clock,
    write: (text) => void (stderr.isTTY === true && stderr.write(text)),
    describe: ([done, total]) => describeReplay(done, total),
  })
  const tempo = openTempo(options.source.tempo, clock)
  try {
    return await backtestSource({
      ...options,
      links: options.settings?.links,
      delivery: options.settings,
      source: tempo,
      period,
      onProgress: (done, total) => progress.show([done, total]),
    })
  } finally {
    progress.clear()
    await tempo.close()
  }
}
