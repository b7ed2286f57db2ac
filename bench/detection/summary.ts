import { SECOND_MS } from '../../src/model/time.js'
import type { FaultScore, SetScore } from './score.js'

/** What a detector comes to over one set or several. */
export interface Summary {
  readonly faults: number
  readonly detected: number
  readonly incidentF1: number
  readonly falseIncidentsPerHour: number
  readonly quietHours: number
  /** Medians and the like are of the faults that were detected. */
  readonly detectedAfterSecs: { readonly p50: number | undefined; readonly p90: number | undefined }
  /** Of the faults that were detected. */
  readonly namedRightShare: number | undefined
  readonly byType: Readonly<
    Record<string, { readonly faults: number; readonly detected: number; readonly namedRight: number }>
  >
  readonly falseBy: Readonly<Record<string, number>>
}

/** Adds up the scores of several sets. */
export function summarize(scores: readonly SetScore[]): Summary {
  const faults = scores.flatMap((score) => score.faults)
  const detected = faults.filter(({ isDetected }) => isDetected)
  const falseIncidents = total(scores, (score) => score.falseIncidents)
  const incidents = total(scores, (score) => score.incidents)
  const quietHours = total(scores, (score) => score.quietHours)
  const after = detected
    .flatMap(({ afterMs }) => (afterMs === undefined ? [] : [afterMs / SECOND_MS]))
    .toSorted((a, b) => a - b)
  return {
    faults: faults.length,
    detected: detected.length,
    incidentF1: f1(
      incidents === 0 ? 0 : 1 - falseIncidents / incidents,
      faults.length === 0 ? 0 : detected.length / faults.length,
    ),
    falseIncidentsPerHour: quietHours === 0 ? 0 : falseIncidents / quietHours,
    quietHours,
    detectedAfterSecs: { p50: quantile(after, 0.5), p90: quantile(after, 0.9) },
    namedRightShare:
      detected.length === 0
        ? undefined
        : detected.filter(({ isNamedRight }) => isNamedRight).length / detected.length,
    byType: countByType(faults),
    falseBy: addFalse(scores),
  }
}

function total(scores: readonly SetScore[], valueOf: (score: SetScore) => number): number {
  return scores.reduce((sum, score) => sum + valueOf(score), 0)
}

function f1(precision: number, recall: number): number {
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}

function quantile(sorted: readonly number[], share: number): number | undefined {
  const place = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return low === undefined || high === undefined
    ? undefined
    : low + (high - low) * (place - Math.floor(place))
}

function countByType(faults: readonly FaultScore[]): Summary['byType'] {
  const types = [...new Set(faults.map(({ type }) => type))].toSorted()
  return Object.fromEntries(
    types.map((type) => {
      const of = faults.filter((fault) => fault.type === type)
      const detected = of.filter(({ isDetected }) => isDetected)
      return [
        type,
        {
          faults: of.length,
          detected: detected.length,
          namedRight: detected.filter(({ isNamedRight }) => isNamedRight).length,
        },
      ]
    }),
  )
}

function addFalse(scores: readonly SetScore[]): Summary['falseBy'] {
  const sums = new Map<string, number>()
  for (const [type, count] of scores.flatMap(({ falseBy }) => [...falseBy]))
    sums.set(type, (sums.get(type) ?? 0) + count)
  return Object.fromEntries([...sums].toSorted(([, a], [, b]) => b - a))
}
