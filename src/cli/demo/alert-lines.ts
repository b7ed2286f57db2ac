import type { Paint } from './paint.js'
import { findCulprit, rootOf, type ProofSpan } from './proof.js'
import type { ReceivedAlert } from './received-alert.js'

export interface AlertLinesOptions {
  readonly alert: ReceivedAlert
  /** The spans of its trace; empty where it has none or they could not be had. */
  readonly proof: readonly ProofSpan[]
  /** The address of the Tempo-compatible API. */
  readonly tempoUrl: string
  readonly paint: Paint
}

/** An alert for people: what happened, and beneath it who is to blame and how to see the proof. */
export function formatAlert({ alert, proof, tempoUrl, paint }: AlertLinesOptions): readonly string[] {
  const type = paint(isSlow(alert) ? 'yellow' : 'red', alert.type.padEnd(15))
  const { trace, cause } = alert
  if (cause !== undefined) return formatCause(type, cause, trace?.id, { tempoUrl, paint })
  if (trace === undefined) {
    return [
      `🔔 ${type}  ${formatShare(alert)}`,
      `   see them: ${paint('dim', `curl -G ${tempoUrl}/api/search -d 'q={status=error}'`)}`,
    ]
  }
  const service = rootOf(proof)?.service
  const who = printable([service, trace.spanName].filter(Boolean).join(' '))
  const what = trace.durationMs === undefined ? 'failed' : `took ${formatDuration(trace.durationMs)}`
  return [
    `🔔 ${type}  ${paint('bold', who)} ${what}  trace ${trace.id}`,
    `   ${formatBlame(alert, proof)}proof: ${paint('dim', `curl ${tempoUrl}/api/traces/${trace.id}`)}`,
  ]
}

type Cause = NonNullable<ReceivedAlert['cause']>

function formatCause(
  type: string,
  { service, sentence }: Cause,
  traceId: string | undefined,
  { tempoUrl, paint }: Pick<AlertLinesOptions, 'tempoUrl' | 'paint'>,
): readonly string[] {
  const proof =
    traceId === undefined ? '' : ` · proof: ${paint('dim', `curl ${tempoUrl}/api/traces/${traceId}`)}`
  return [
    `🔔 ${type}  unlike normal: ${paint('bold', printable(service))} is to blame`,
    `   ${printable(sentence)}${proof}`,
  ]
}

function formatShare({ affectedTraces, totalTraces }: ReceivedAlert): string {
  const percent = totalTraces === 0 ? 0 : Math.round((affectedTraces / totalTraces) * 100)
  return `${affectedTraces} of ${totalTraces} traces failed (${percent} %)`
}

function formatBlame({ type }: ReceivedAlert, proof: readonly ProofSpan[]): string {
  const culprit = findCulprit(proof, type === 'high_latency' ? 'slow' : 'failed')
  if (culprit === undefined) return ''
  const { service, name, durationMs, message } = culprit
  const what =
    type === 'high_latency' ? `took ${formatDuration(durationMs)}` : `failed: ${message ?? 'no message'}`
  return printable(`${service}, in "${name}", ${what} · `)
}

function isSlow({ type }: ReceivedAlert): boolean {
  return type === 'high_latency' || type === 'latency'
}

/** Milliseconds for people: `12 ms`, `1.53 s`. */
export function formatDuration(durationMs: number): string {
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(2)} s`
}

/** `12 more high_latency, 3 more error_status`; undefined where there are none. */
export function formatCounts(counts: ReadonlyMap<string, number>, word = ''): string | undefined {
  const parts = [...counts].map(([type, count]) => `${count} ${word}${type}`)
  return parts.length === 0 ? undefined : parts.join(', ')
}

/** What came in spans must not steer the terminal. */
function printable(found: string): string {
  return found.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '�')
}
