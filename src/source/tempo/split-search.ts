import { SourceError } from '../../model/source-error.js'
import type { TraceId } from '../../model/trace-id.js'

/** A window in whole Unix seconds, both ends included: what `/api/search` takes. `start` is less than `end`. */
export interface SecondsWindow {
  readonly start: number
  readonly end: number
}

/** One page: at most `limit` of the traces that overlap the window, in no order. */
export interface Page<T> {
  readonly found: ReadonlyMap<TraceId, T>
  /** The limit that was really asked for: a server may allow less than was wanted. Zero for a page that was too large. */
  readonly limit: number
  /** Set for a page that was too large to be read. */
  readonly tooLarge?: SourceError | undefined
}

/** A server whose answers stay too large, shorter and shorter windows in a row, is not asked for ever: each takes time to receive. */
const MOST_TOO_LARGE = 4

export type AskPage<T> = (window: SecondsWindow, first: boolean) => Promise<Page<T>>

export interface SplitOptions<T> {
  /** How many pages may be asked for. */
  readonly budget: number
  /** So many traces are enough. */
  readonly enough?: number | undefined
  /** What is known of a trace that was found on two pages. */
  readonly merge: (one: T, other: T) => T
}

export interface SplitAnswer<T> {
  readonly found: readonly T[]
  readonly complete: boolean
  /** Why a page beyond the first could not be had; what the others held is answered all the same. */
  readonly failure?: SourceError
}

/**
 * Asks for a window until it is known completely. A full page tells nothing of what it left out, so its window is
 * halved and asked again, the newer half first, down to one second or until `budget` pages are spent. Whatever was
 * seen is answered; `complete` says whether it is everything. Rejects as the first page does.
 */
export async function searchSplitting<T>(
  window: SecondsWindow,
  { budget, enough = Number.POSITIVE_INFINITY, merge }: SplitOptions<T>,
  askPage: AskPage<T>,
): Promise<SplitAnswer<T>> {
  const found = new Map<TraceId, T>()
  const todo = [window]
  let complete = true
  let asked = 0
  let tooLarge = 0
  for (let piece = todo.pop(); piece !== undefined; piece = todo.pop()) {
    if (asked === budget || found.size >= enough) return { found: [...found.values()], complete: false }
    const page = await askPage(piece, asked === 0).catch((error: unknown) => {
      if (asked > 0 && error instanceof SourceError) return error
      throw error
    })
    if (page instanceof SourceError) return { found: [...found.values()], complete: false, failure: page }
    asked += 1
    for (const [id, each] of page.found) found.set(id, mergeKnown(each, found.get(id), merge))
    if (page.tooLarge !== undefined) {
      tooLarge += 1
      const canSplit = piece.end - piece.start > 1 && tooLarge < MOST_TOO_LARGE
      if (!canSplit) return { found: [...found.values()], complete: false, failure: page.tooLarge }
    } else tooLarge = 0
    if (page.found.size < page.limit) continue
    if (piece.end - piece.start > 1) todo.push(...halves(piece))
    else complete = false
  }
  return { found: [...found.values()], complete }
}

function mergeKnown<T>(one: T, known: T | undefined, merge: (one: T, other: T) => T): T {
  return known === undefined ? one : merge(one, known)
}

function halves({ start, end }: SecondsWindow): [older: SecondsWindow, newer: SecondsWindow] {
  const middle = Math.floor((start + end) / 2)
  return [
    { start, end: middle },
    { start: middle, end },
  ]
}
