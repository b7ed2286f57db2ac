const WIDTH = 30

/** How far a replay has come, as a bar: `replaying [=========>                    ]  33 %`. */
export function describeReplay(done: number, total: number): string {
  if (total <= 0) return 'replaying'
  const share = Math.min(1, done / total)
  const filled = Math.floor(share * WIDTH)
  const bar = `${'='.repeat(filled)}${filled < WIDTH ? '>' : ''}`.padEnd(WIDTH)
  return `replaying [${bar}] ${String(Math.floor(share * 100)).padStart(3)} %`
}
