import type { Severity } from '../text/severity.js'

export const OPSGENIE_PRIORITIES = ['P1', 'P2', 'P3', 'P4', 'P5'] as const
export type OpsgeniePriority = (typeof OPSGENIE_PRIORITIES)[number]

/** The priority of a severity. */
export const OPSGENIE_PRIORITY: Readonly<Record<Severity, OpsgeniePriority>> = {
  critical: 'P1',
  error: 'P2',
  warning: 'P3',
  info: 'P5',
}
