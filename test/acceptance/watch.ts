import { setImmediate as nextTurn } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { createApp, type App } from '../../src/app.js'
import { readConfig } from '../../src/config/read-config.js'
import type { Anomaly } from '../../src/model/anomaly.js'
import type { CheckOutcome } from '../../src/rule/check.js'
import { createLogger } from '../../src/telemetry/create-logger.js'
import { createMetrics } from '../../src/telemetry/metrics.js'
import { createTestClock, type TestClock } from '../test-clock.js'

/** The whole app, in virtual time, with what it logged and found. */
export interface Watch {
  readonly app: App
  readonly clock: TestClock
  readonly lines: readonly string[]
  readonly outcomes: readonly CheckOutcome[]
  /** Moves the time on to the next check and waits for what it comes to. */
  nextCheck(): Promise<CheckOutcome>
  /** Runs so many further checks; answers the anomalies that were found. */
  checks(count: number): Promise<readonly Anomaly[]>
  /** Resolves when this text stands in so many lines of the log; time stands still meanwhile. */
  logged(text: string, count: number): Promise<void>
  /** The value of a metric's sample, such as `trace_anomalies_total{type="high_latency"}`; 0 where there is none. */
  metric(sample: string): Promise<number>
}

const QUIET = { LOG_LEVEL: 'debug', TRACEBELL_API_LISTEN: 'off', TRACEBELL_DATA_DIR: 'off' }

/** Starts the app with these variables; it is stopped when the test ends. Its first check has been made. */
export async function startWatch(
  variables: Readonly<Record<string, string>>,
  clock: TestClock = createTestClock(),
): Promise<Watch> {
  const config = readConfig({
    ...QUIET,
    TEMPO_ENABLED: 'true',
    TEMPO_QUERY_TIMEOUT_MS: '10000',
    ...variables,
  })
  const metrics = createMetrics()
  const lines: string[] = []
  const destination = {
    name: 'test',
    write: (line: string, settled: () => void) => (lines.push(line), settled()),
  }
  const logger = createLogger({
    level: config.log.level,
    format: 'text',
    clock,
    destinations: [destination],
    metrics,
  })

  const outcomes: CheckOutcome[] = []
  let noteOutcome = (): void => undefined
  const onOutcome = (outcome: CheckOutcome): void => {
    outcomes.push(outcome)
    noteOutcome()
  }
  const outcome = (count: number): Promise<void> =>
    new Promise((resolve) => {
      noteOutcome = () => outcomes.length >= count && resolve()
      noteOutcome()
    })

  const app = createApp({ config, clock, logger, metrics, onOutcome })
  onTestFinished(() => app.stop())
  await app.start()
  await outcome(1)

  async function nextCheck(): Promise<CheckOutcome> {
    const count = outcomes.length + 1
    await clock.advance(config.alerting.intervalMs)
    await outcome(count)
    const [last] = outcomes.slice(-1)
    if (last === undefined) throw new Error('no check was made')
    return last
  }

  return {
    app,
    clock,
    lines,
    outcomes,
    nextCheck,
    async checks(count) {
      const before = outcomes.length
      for (let each = 0; each < count; each += 1) await nextCheck()
      return outcomes.slice(before).flatMap(({ anomalies }) => anomalies)
    },
    async logged(text, count) {
      while (lines.filter((line) => line.includes(text)).length < count) await nextTurn()
    },
    async metric(sample) {
      const line = (await metrics.registry.metrics())
        .split('\n')
        .find((each) => each.startsWith(`${sample} `))
      return line === undefined ? 0 : Number(line.slice(sample.length + 1))
    },
  }
}
