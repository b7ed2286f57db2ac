import type { ReadProgress } from '../../replay/backtest.js'

const WIDTH = 30

/** How far a replay has come, as a bar: `replaying [=========>                    ]  33 %`. */
export function describeReplay({ doneBytes, totalBytes }: ReadProgress): string {
  if (totalBytes <= 0) return 'replaying'
  const share = Math.min(1, doneBytes / totalBytes)
  const filled = Math.floor(share * WIDTH)
  const bar = `${'='.repeat(filled)}${filled < WIDTH ? '>' : ''}`.padEnd(WIDTH)
  return `replaying [${bar}] ${String(Math.floor(share * 100)).padStart(3)} %`
}
