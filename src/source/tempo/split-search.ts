import { SourceError } from '../../model/source-error.js'
import type { TraceId } from '../../model/trace-id.js'
import type { TraceMatch } from '../../model/trace-match.js'

/** A window in whole Unix seconds, both ends included: what `/api/search` takes. `start` is less than `end`. */
export interface SecondsWindow {
  readonly start: number
  readonly end: number
}

/** One page: at most `limit` of the traces that overlap the window, in no order. */
export interface Page {
  readonly matches: readonly TraceMatch[]
  /** The limit that was really asked for: a server may allow less than was wanted. */
  readonly limit: number
}

export type AskPage = (window: SecondsWindow, first: boolean) => Promise<Page>

export interface SplitAnswer {
  readonly matches: readonly TraceMatch[]
  readonly complete: boolean
  /** Why a page beyond the first could not be had; what the others held is answered all the same. */
  readonly failure?: SourceError
}

/**
 * Asks for a window until it is known completely. A full page tells nothing of what it left out, so its window is
 * halved and asked again, the newer half first, down to one second or until `budget` pages are spent. Whatever was
 * seen is answered; `complete` says whether it is everything. Rejects as the first page does.
 */
export async function searchSplitting(
  window: SecondsWindow,
  budget: number,
  askPage: AskPage,
): Promise<SplitAnswer> {
  const found = new Map<TraceId, TraceMatch>()
  const todo = [window]
  let complete = true
  let asked = 0
  for (let piece = todo.pop(); piece !== undefined; piece = todo.pop()) {
    if (asked === budget) return { matches: [...found.values()], complete: false }
    const page = await askPage(piece, asked === 0).catch((error: unknown) => {
      if (asked > 0 && error instanceof SourceError) return error
      throw error
    })
    if (page instanceof SourceError) return { matches: [...found.values()], complete: false, failure: page }
    asked += 1
    for (const match of page.matches) found.set(match.traceId, larger(match, found.get(match.traceId)))
    if (page.matches.length < page.limit) continue
    if (piece.end - piece.start > 1) todo.push(...halves(piece))
    else complete = false
  }
  return { matches: [...found.values()], complete }
}

function halves({ start, end }: SecondsWindow): [older: SecondsWindow, newer: SecondsWindow] {
  const middle = Math.floor((start + end) / 2)
  return [
    { start, end: middle },
    { start: middle, end },
  ]
}

/** A trace that grows between two pages is known by its longer part. */
function larger(match: TraceMatch, known: TraceMatch | undefined): TraceMatch {
  return known !== undefined && known.durationMs > match.durationMs ? known : match
}
