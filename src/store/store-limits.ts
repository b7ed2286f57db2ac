import { MINUTE_MS } from '../model/time.js'

const DAY_MS = 24 * 60 * MINUTE_MS
const MIB = 2 ** 20

/** How much a store keeps. What goes over is refused or forgotten, and always counted. */
export interface StoreLimits {
  /** Queued and dead entries. Where there is no room the oldest dead ones go. */
  readonly outboxEntries: number
  /** Characters of the payloads of queued and dead entries. */
  readonly outboxChars: number
  /** Delivered entries whose keys are remembered; beyond it the oldest are forgotten. */
  readonly deliveredEntries: number
  /** An entry that is in line for longer is given up. */
  readonly queuedMs: number
  readonly deliveredMs: number
  readonly deadMs: number
  /** Traces told of, over all rules; beyond it those are forgotten that were told longest ago. */
  readonly toldTraces: number
  /** Alerts kept for dispatch; one more is not kept, only handed on. */
  readonly activeAlerts: number
  /** Beyond it the oldest notices are forgotten, and groups are told of once more. */
  readonly notices: number
  readonly silences: number
  /** How long a silence is kept after its end, as in Alertmanager. */
  readonly silenceMs: number
  readonly snapshots: number
  /** Of one snapshot. */
  readonly snapshotBytes: number
}

export const DEFAULT_LIMITS: StoreLimits = {
  outboxEntries: 50_000,
  outboxChars: 64 * MIB,
  deliveredEntries: 20_000,
  queuedMs: 3 * DAY_MS,
  deliveredMs: DAY_MS,
  deadMs: 14 * DAY_MS,
  toldTraces: 500_000,
  activeAlerts: 100_000,
  notices: 100_000,
  silences: 10_000,
  silenceMs: 5 * DAY_MS,
  snapshots: 16,
  snapshotBytes: 16 * MIB,
}
