import { MINUTE_MS, SECOND_MS } from '../../model/time.js'

/** A duration in milliseconds as people say it, to two digits or more: `12 ms`, `1.5 s`, `3 min 20 s`. */
export function showDuration(ms: number): string {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`
  if (ms < MINUTE_MS) return `${Number((ms / SECOND_MS).toFixed(1))} s`
  const seconds = Math.round(ms / SECOND_MS)
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60]
  if (minutes < 60) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`
  const [hours, left] = [Math.floor(minutes / 60), minutes % 60]
  return left === 0 ? `${hours} h` : `${hours} h ${left} min`
}
