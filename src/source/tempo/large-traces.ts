import { parseTraceId, type TraceId } from '../../model/trace-id.js'
import { readTraces } from './decode-search.js'
import { readNumber, readObject, readText, type Json } from './decode.js'

/**
 * Beyond so many spans a trace is not asked for span by span: Tempo's work grows with the square of them. A thousand take
 * it a second, five thousand half a minute.
 */
const MANY_SPANS = 300
const MOST_KEPT = 10_000

/** Remembers which traces have many spans, as far as answers have told. */
export interface LargeTraces {
  /** Looks through the body of an answer to a search. */
  note(body: unknown): void
  has(id: TraceId): boolean
}

export function createLargeTraces(): LargeTraces {
  const large = new Set<TraceId>()
  return {
    note: (body) => {
      for (const [index, trace] of readTraces(body).entries()) {
        const id = parseTraceId(readText(trace, 'traceID', `traces[${index}]`) ?? '')
        if (id === undefined || countSpans(trace, `traces[${index}]`) < MANY_SPANS) continue
        if (large.size === MOST_KEPT) large.clear()
        large.add(id)
      }
    },
    has: (id) => large.has(id),
  }
}

/** Of a trace in parts, those of the largest. */
function countSpans(trace: Json, place: string): number {
  if (trace['serviceStats'] === undefined) return 0
  const services = Object.entries(readObject(trace['serviceStats'], `${place}.serviceStats`))
  return services.reduce((sum, [service, stats]) => {
    const where = `${place}.serviceStats.${service}`
    return sum + readNumber(readObject(stats, where), 'spanCount', where)
  }, 0)
}
