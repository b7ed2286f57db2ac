const BARS = '▁▂▃▄▅▆▇█'
const WIDTH = 24

/** The course of a series in a few characters, from its lowest value to its highest; of many values the highest show. */
export function formatSparkline(values: readonly number[]): string {
  const shown = squeeze(values.filter(Number.isFinite))
  const low = Math.min(...shown)
  const span = Math.max(...shown) - low
  return shown
    .map((value) => (span > 0 ? Math.round(((value - low) / span) * (BARS.length - 1)) : 0))
    .map((height) => BARS[height])
    .join('')
}

/** At most as many values as there is room for: each the highest of its stretch. */
function squeeze(values: readonly number[]): readonly number[] {
  if (values.length <= WIDTH) return values
  return Array.from({ length: WIDTH }, (_, column) => {
    const from = Math.floor((column * values.length) / WIDTH)
    const until = Math.floor(((column + 1) * values.length) / WIDTH)
    return values.slice(from, until).reduce((top, value) => Math.max(top, value), Number.NEGATIVE_INFINITY)
  })
}
