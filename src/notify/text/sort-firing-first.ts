import type { Alert } from '../../model/alert.js'

/** Alerts in the order in which they are told when not all can be. */
export function sortFiringFirst(alerts: readonly Alert[]): readonly Alert[] {
  return alerts.toSorted((a, b) => Number(b.status === 'firing') - Number(a.status === 'firing'))
}
