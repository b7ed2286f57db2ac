import type { SpanSource } from '../../../model/source.js'
import { SourceError } from '../../../model/source-error.js'
import { MINUTE_MS, type Interval, type Timestamp } from '../../../model/time.js'
import type { Turns } from '../turns.js'
import { askLateSigns } from './ask-late-signs.js'
import type { LateSigns } from './late-signs.js'

/** The signs of late spans before these windows, at a moment; undefined where they are not known, or nobody needs them. */
export type AskSigns = (
  groups: readonly { readonly window: Interval }[],
  at: Timestamp,
  signal: AbortSignal,
) => Promise<LateSigns | undefined>

/** A source that cannot count may be able to after an update. */
const ASK_AGAIN_MS = 10 * MINUTE_MS

/** Asks a source that refuses to count only every ten minutes. */
export function createSignsAsker(source: SpanSource, lookBackMs: number, turns: Turns): AskSigns {
  let refusedAt: Timestamp | undefined
  const isRefused = (at: Timestamp): boolean =>
    refusedAt !== undefined && at >= refusedAt && at - refusedAt < ASK_AGAIN_MS

  return async (groups, at, signal) => {
    if (lookBackMs === 0 || groups.length === 0 || isRefused(at)) return undefined
    const windows = groups.map(({ window }) => window)
    const signs = await askLateSigns({ source, windows, lookBackMs, turns, signal })
    if (!(signs instanceof SourceError)) return signs
    if (signs.reason === 'unsupported' || signs.reason === 'rejected') refusedAt = at
    return undefined
  }
}
