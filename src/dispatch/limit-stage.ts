import type { Folds } from './folds.js'
import type { RateLimiter } from './rate-limiter.js'
import { addStep, type Stage } from './telling.js'

/** Lets go on what there is room for; the others wait, together. */
export function createLimitStage(limiter: RateLimiter, folds: Folds): Stage {
  return {
    name: 'limit',
    run: (telling) => {
      const { receiver } = telling.group.route
      const hasRoom = !folds.isWaiting(receiver) && limiter.take(receiver, telling.at)
      const step = { stage: 'limit', muted: [], mutedCount: 0 } as const
      if (hasRoom) return addStep(telling, { ...step, text: 'there is room within the rate limit' })
      folds.add(telling.group, telling.at)
      const text = `waits for room within the rate limit of ${receiver}, to be folded into its next notification`
      return addStep(telling, { ...step, text }, { end: 'folded' })
    },
  }
}
