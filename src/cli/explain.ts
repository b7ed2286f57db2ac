import { toAuthorization } from '../config/authorization.js'
import { readEnvironment } from '../config/read-environment.js'
import type { AllSettings } from '../config/settings/read-settings.js'
import { requireSetup } from '../config/setup/read-setup.js'
import type { Setup } from '../config/setup/setup.js'
import type { RuleGroup } from '../model/alerting-rule.js'
import type { Clock } from '../model/clock.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../model/time.js'
import { askDaemon, type DaemonState } from '../replay/explain/ask-daemon.js'
import { decideAlerts } from '../replay/explain/decide-alerts.js'
import { explainOverFile } from '../replay/explain/explain-over-file.js'
import type { Explanation, RuleInGroup } from '../replay/explain/explanation.js'
import { createSystemClock } from '../system-clock.js'
import { readPast } from './backtest/read-period.js'
import { toFailure } from './backtest/failure.js'
import { EXIT } from './exit-codes.js'
import { createDaemonClient } from './daemon/daemon-client.js'
import { askSilences } from './explain/ask-silences.js'
import { askTempo } from './explain/ask-tempo.js'
import { encodeExplanation } from './explain/encode-explanation.js'
import { findRule } from './explain/find-rule.js'
import type { DispatchFacts } from './explain/format-dispatch.js'
import { formatExplanation } from './explain/format-explanation.js'
import { reachable, sourceOf, type QuerySource } from './query/choose-source.js'
import { createFileReport } from './query/file-report.js'
import { InputError } from './query/input-error.js'
import { printableJson } from './query/printable.js'
import { readMoment } from './query/read-times.js'
import { findSettingsFile } from './find-settings-file.js'

export interface ExplainCommandOptions {
  readonly rules?: readonly string[]
  readonly config?: string
  readonly source?: string
  readonly at?: string
  readonly json: boolean
  readonly variables: string
}

/** For the spans that windows can still reach; as much as the embedded source takes by default. */
const MEMORY_BYTES = 256 * 1024 * 1024

/**
 * `tracebell explain`: says why a rule does or does not fire. Ends with 2 for bad input, with 3 where the source could not
 * be asked or told only a part. Throws a `ConfigError` for faulty settings or rules.
 */
export async function explain(name: string, options: ExplainCommandOptions): Promise<void> {
  try {
    const environment = readEnvironment(process.env, options.variables)
    const setup = requireSetup({
      environment,
      file: findSettingsFile(options.config),
      patterns: options.rules,
    })
    const about = findRule(groupsOf(setup), name)
    const settings = { ...setup, links: setup.links ?? {}, delivery: setup.delivery }
    const source = sourceOf(options.source, () => settings.config)
    const at = readAt(options.at, source)
    // Ctrl-C ends the process itself: there is nothing to undo.
    const { signal } = new AbortController()
    const asking = { settings, at, clock: createSystemClock({ keepAlive: true }), signal }
    await answer(about, source, asking, options)
  } catch (error) {
    const failure = toFailure(error)
    if (failure === undefined) throw error
    say(failure.text)
    process.exitCode = failure.exitCode
  }
}

/** Windows end behind the lag of a server: an evaluation of soon looks at what is there. */
const SOON_MS = MINUTE_MS

/** What of a server is yet to come, but for a moment, cannot be explained. Throws an `InputError`. */
function readAt(text: string | undefined, source: QuerySource): Timestamp | undefined {
  if (text === undefined) return undefined
  const now = createSystemClock({ keepAlive: false }).now()
  return source.kind === 'file' ? readMoment('--at', text) : readPast('--at', text, now + SOON_MS)
}

async function answer(
  about: RuleInGroup,
  source: QuerySource,
  asking: Asking,
  { json }: ExplainCommandOptions,
): Promise<void> {
  const explanation = await ask(about, source, asking)
  const daemon = source.kind === 'file' ? undefined : await askRunning(about, asking)
  const dispatch = await findDispatch(explanation, asking, daemon)
  write(
    json
      ? `${printableJson(encodeExplanation(explanation, daemon, dispatch))}\n`
      : formatExplanation(explanation, daemon, dispatch),
  )
  if (!isWhole(explanation)) process.exitCode = EXIT.noVerdict
}

interface Asking {
  readonly settings: Pick<AllSettings, 'config' | 'delivery' | 'links'>
  readonly at: number | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
}

function groupsOf({ rules }: Setup): readonly RuleGroup[] {
  if (rules !== undefined) return rules.groups
  throw new InputError('--rules: expected rule files, as no tracebell.yaml names any in `rule_files`')
}

async function ask(about: RuleInGroup, source: QuerySource, asking: Asking): Promise<Explanation> {
  const { settings, clock, at } = asking
  if (source.kind === 'file') return readFile(about, source.path, asking)
  const moment = at ?? Math.floor(clock.now() / SECOND_MS) * SECOND_MS
  const { links } = settings
  return askTempo(about, { ...asking, source, links, at: moment, stderr: process.stderr })
}

async function readFile(about: RuleInGroup, path: string, asking: Asking): Promise<Explanation> {
  const { settings, clock, signal, at } = asking
  const report = createFileReport({ path, clock, say, stderr: process.stderr })
  try {
    return await explainOverFile(about, {
      path,
      at,
      links: settings.links,
      clock,
      maxBytes: MEMORY_BYTES,
      onBadLine: (line) => report.onBadLine(line),
      onProgress: (progress) => report.onProgress(progress),
      signal,
    })
  } finally {
    report.close()
  }
}

/** What dispatch would do with the alerts; undefined where the settings name nobody. A daemon that answered has silences. */
async function findDispatch(
  explanation: Explanation,
  { settings, clock }: Asking,
  daemon: DaemonState | undefined,
): Promise<DispatchFacts | undefined> {
  const authorization = toAuthorization(settings.config.listeners)
  const client = daemon && createDaemonClient({ url: new URL(daemon.url), authorization })
  const silences = client && (await askSilences(client))
  const alerts = decideAlerts(explanation, settings, { silences: silences ?? [], clock })
  return alerts && { alerts, hasSilences: silences !== undefined }
}

/** What the daemon says that runs with these settings; undefined where none does. */
async function askRunning(
  about: RuleInGroup,
  { settings, clock, signal }: Asking,
): Promise<DaemonState | undefined> {
  const { listeners } = settings.config
  const { api } = listeners
  if (api === undefined || api.port === 0) return undefined
  return askDaemon(about, { url: reachable(api), authorization: toAuthorization(listeners), clock, signal })
}

/** Whether the evaluation that was explained saw everything. */
function isWhole({ history, isCutOff }: Explanation): boolean {
  const last = history.evaluations.at(-1)
  if (isCutOff === true || last === undefined || last.measured instanceof Error) return false
  return last.measured.completeness === 'complete' && last.status.verdict !== 'error'
}

function write(text: string): void {
  // Where nobody reads any more, as after `| head`, there is nothing left to say.
  process.stdout.on('error', () => {})
  process.stdout.write(text)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
