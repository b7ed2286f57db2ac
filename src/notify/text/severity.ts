import type { Alert } from '../../model/alert.js'

/** From the worst to the least. */
export const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const
export type Severity = (typeof SEVERITIES)[number]

const WORDS: ReadonlyMap<string, Severity> = new Map([
  ['critical', 'critical'],
  ['crit', 'critical'],
  ['page', 'critical'],
  ['fatal', 'critical'],
  ['emergency', 'critical'],
  ['disaster', 'critical'],
  ['p1', 'critical'],
  ['error', 'error'],
  ['err', 'error'],
  ['high', 'error'],
  ['major', 'error'],
  ['p2', 'error'],
  ['warning', 'warning'],
  ['warn', 'warning'],
  ['minor', 'warning'],
  ['medium', 'warning'],
  ['p3', 'warning'],
  ['info', 'info'],
  ['informational', 'info'],
  ['notice', 'info'],
  ['low', 'info'],
  ['none', 'info'],
  ['p4', 'info'],
  ['p5', 'info'],
])

/** The words for each severity, in the label `severity`, in any case. */
export function wordsOf(severity: Severity): readonly string[] {
  return [...WORDS].flatMap(([word, each]) => (each === severity ? [word] : []))
}

/** The severity that a word says, in any case. */
export function toSeverity(word: string | undefined): Severity | undefined {
  return WORDS.get(word?.toLowerCase() ?? '')
}

/** The worst severity that the alerts' labels `severity` say, of those that fire if any does; else the default. */
export function worstSeverity(alerts: readonly Alert[], byDefault: Severity): Severity {
  const firing = alerts.filter(({ status }) => status === 'firing')
  const asked = firing.length > 0 ? firing : alerts
  const said = new Set(asked.map(({ labels }) => toSeverity(labels.get('severity'))))
  return SEVERITIES.find((severity) => said.has(severity)) ?? byDefault
}
