import type { Clock } from '../../model/clock.js'
import { toQueryText } from '../../model/query-text.js'
import { SourceError } from '../../model/source-error.js'
import { SECOND_MS } from '../../model/time.js'
import { createTempoClient } from '../../source/tempo/client.js'
import { readArray, readObject, type Json } from '../../source/tempo/decode.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { noSpans } from '../../telemetry/spans.js'
import { untraced } from '../../telemetry/untraced.js'
import type { RuleInGroup } from './explanation.js'

/** What a running tracebell says of the rule. */
export interface DaemonState {
  readonly url: string
  /** Undefined where it has no such rule. */
  readonly rule: DaemonRule | undefined
}

/** Texts as its API has them; what it left out is undefined. */
export interface DaemonRule {
  readonly state: string
  readonly expr: string
  readonly verdict: string | undefined
  readonly lastError: string | undefined
  /** RFC 3339. */
  readonly lastEvaluation: string
  /** What the last evaluation looked at, in RFC 3339; undefined where it failed. */
  readonly window: { readonly start: string; readonly end: string } | undefined
  readonly alerts: readonly DaemonAlert[]
}

export interface DaemonAlert {
  readonly labels: ReadonlyMap<string, string>
  readonly state: string
  /** RFC 3339. */
  readonly activeAt: string
  readonly value: string
}

export interface AskDaemonOptions {
  /** Where its API is. */
  readonly url: URL
  /** The header of this name; undefined where none is needed. */
  readonly authorization: string | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
}

const TIMEOUT_MS = 2 * SECOND_MS
const MAX_BYTES = 4 * 1024 * 1024

/** Asks a running tracebell where it sees the rule; undefined where none answers, which is no fault. */
export async function askDaemon(
  about: RuleInGroup,
  { url, authorization, clock, signal }: AskDaemonOptions,
): Promise<DaemonState | undefined> {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
  const config = { url, headers, queryTimeoutMs: TIMEOUT_MS }
  const client = createTempoClient({ config, clock, metrics: createMetrics(), spans: noSpans, untraced })
  try {
    const params = { 'rule_name[]': about.rule.alert, 'rule_group[]': about.group.name }
    const ask = { path: '/api/v1/rules', params, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES }
    return { url: url.href, rule: decodeRule(await client.json(ask, signal), about) }
  } catch (error) {
    if (error instanceof SourceError) return undefined
    throw error
  } finally {
    await client.close()
  }
}

/** The rule of this query, else the first of this name. Throws a `SourceError` for what is no answer of ours. */
export function decodeRule(body: unknown, { rule }: Pick<RuleInGroup, 'rule'>): DaemonRule | undefined {
  const data = readObject(readObject(body, 'answer')['data'], 'data')
  const found = readArray(data, 'groups', 'data').flatMap((group) =>
    readArray(readObject(group, 'group'), 'rules', 'group').map((each) => readObject(each, 'rule')),
  )
  const named = found.filter(({ name }) => name === rule.alert)
  const own = named.find(({ query }) => query === toQueryText(rule)) ?? named[0]
  return own && toRule(own)
}

function toRule(rule: Json): DaemonRule {
  return {
    state: textOf(rule['state']) ?? 'unknown',
    expr: textOf(rule['query']) ?? '',
    verdict: textOf(rule['verdict']),
    lastError: textOf(rule['lastError']),
    lastEvaluation: textOf(rule['lastEvaluation']) ?? '',
    window: rule['window'] === undefined ? undefined : toWindow(readObject(rule['window'], 'window')),
    alerts: readArray(rule, 'alerts', 'rule').map((each) => toAlert(readObject(each, 'alert'))),
  }
}

function toWindow({ start, end }: Json): DaemonRule['window'] {
  const [from, until] = [textOf(start), textOf(end)]
  return from === undefined || until === undefined ? undefined : { start: from, end: until }
}

function toAlert(alert: Json): DaemonAlert {
  const labels = Object.entries(readObject(alert['labels'], 'labels'))
  return {
    labels: new Map(labels.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
    state: textOf(alert['state']) ?? 'unknown',
    activeAt: textOf(alert['activeAt']) ?? '',
    value: textOf(alert['value']) ?? '',
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
