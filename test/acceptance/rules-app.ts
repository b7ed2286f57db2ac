import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { onTestFinished } from 'vitest'
import { createApp } from '../../src/app.js'
import { readConfig } from '../../src/config/read-config.js'
import { loadRules } from '../../src/config/rules/load-rules.js'
import { MINUTE_MS } from '../../src/model/time.js'
import type { Clock } from '../../src/model/clock.js'
import { createLogger } from '../../src/telemetry/create-logger.js'
import { createMetrics } from '../../src/telemetry/metrics.js'
import { makeFolder } from './tracebell-process.js'

/** A rule as `/api/v1/rules` shows it, as far as tests look at it. */
export interface ShownRule {
  readonly name: string
  readonly health: string
  readonly lastError?: string
  readonly verdict?: string
  /** As RFC 3339. */
  readonly lastEvaluation: string
  readonly evaluationTime: number
  readonly window?: { readonly start: string; readonly end: string }
  readonly alerts: readonly {
    readonly labels: Readonly<Record<string, string>>
    readonly state: string
    readonly value: string
    readonly traces: readonly string[]
  }[]
}

/** The whole app with rules of a user. */
export interface RulesApp {
  readonly lines: readonly string[]
  /** The rules of that name, as the API shows them now. */
  rules(...names: readonly string[]): Promise<readonly ShownRule[]>
  /** The value of a metric's sample; 0 where there is none. */
  metric(sample: string): Promise<number>
  stop(): Promise<void>
}

/** Starts the app with these variables and the text of a rule file; it is stopped when the test ends. */
export async function startRulesApp(
  variables: Readonly<Record<string, string>>,
  text: string,
  clock: Clock,
): Promise<RulesApp> {
  const folder = await makeFolder()
  await writeFile(join(folder, 'rules.yaml'), text)
  const settings = { patterns: ['rules.yaml'], folder, intervalMs: MINUTE_MS }
  const { groups, faults } = loadRules(settings.patterns, settings)
  if (faults.length > 0) throw new Error(`the rules have faults: ${JSON.stringify(faults)}`)
  const config = readConfig({
    TRACEBELL_API_LISTEN: '127.0.0.1:0',
    TRACEBELL_DATA_DIR: 'off',
    TEMPO_ENABLED: 'true',
    ...variables,
  })
  const metrics = createMetrics()
  const lines: string[] = []
  const write = (line: string, settled: () => void) => (lines.push(line), settled())
  const destinations = [{ name: 'test', write }]
  const logger = createLogger({ level: config.log.level, format: 'text', clock, destinations, metrics })
  const app = createApp({ config, rules: { settings, groups }, clock, logger, metrics })
  onTestFinished(() => app.stop())
  await app.start()

  return {
    lines,
    rules: async (...names) => {
      const response = await fetch(`${app.addresses().api}/api/v1/rules`)
      // oxlint-disable-next-line no-unsafe-type-assertion
      const body = (await response.json()) as { data: { groups: { rules: ShownRule[] }[] } }
      const all = body.data.groups.flatMap(({ rules }) => rules)
      return names.flatMap((name) => all.filter((rule) => rule.name === name))
    },
    metric: async (sample) => {
      const shown = (await metrics.registry.metrics()).split('\n')
      const line = shown.find((each) => each.startsWith(`${sample} `))
      return line === undefined ? 0 : Number(line.slice(sample.length + 1))
    },
    stop: () => app.stop(),
  }
}
