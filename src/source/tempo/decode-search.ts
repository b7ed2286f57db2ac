import { toTimestamp, type Timestamp } from '../../model/time.js'
import { parseTraceId } from '../../model/trace-id.js'
import { ROOT_NOT_RECEIVED, type TraceMatch } from '../../model/trace-match.js'
import { readArray, readNumber, readObject, readText, wrongType, type Json } from './decode.js'

/** The traces in the body of an answer to `/api/search`. Throws `SourceError` where it is not one. */
export function decodeSearch(body: unknown): TraceMatch[] {
  return readTraces(body).map((each, index) => decodeTrace(each, `traces[${index}]`))
}

/** The list of traces in the body of an answer. */
export function readTraces(body: unknown): readonly Json[] {
  const answer = readObject(body, 'answer')
  // Tempo always says how much it looked at. Some other server's JSON must not pass for "no traces".
  if (!('traces' in answer) && !('metrics' in answer)) throw wrongType(answer, 'answer', 'an answer of Tempo')
  return readArray(answer, 'traces', 'answer').map((each, index) => readObject(each, `traces[${index}]`))
}

/** What the answer tells of one trace. */
export function decodeTrace(trace: Json, place: string): TraceMatch {
  const traceId = parseTraceId(readText(trace, 'traceID', place) ?? '')
  if (traceId === undefined) throw wrongType(trace['traceID'], `${place}.traceID`, '1 to 32 hex digits')
  const rootServiceName = readText(trace, 'rootServiceName', place)
  return {
    traceId,
    rootServiceName: rootServiceName === ROOT_NOT_RECEIVED ? undefined : rootServiceName,
    rootSpanName: readText(trace, 'rootTraceName', place),
    start: decodeStart(trace, place),
    durationMs: decodeDuration(trace, place),
    failedServices: decodeFailedServices(trace, place),
  }
}

/** Tempo tells spans and errors of each service where the search had a query. */
function decodeFailedServices(trace: Json, place: string): readonly string[] {
  if (trace['serviceStats'] === undefined) return []
  return Object.entries(readObject(trace['serviceStats'], `${place}.serviceStats`))
    .map(([service, stats]) => {
      const where = `${place}.serviceStats.${service}`
      return { service, errors: readNumber(readObject(stats, where), 'errorCount', where) }
    })
    .filter(({ errors }) => errors > 0)
    .toSorted((left, right) => right.errors - left.errors)
    .map(({ service }) => service)
}

function decodeDuration(trace: Json, place: string): number {
  const durationMs = readNumber(trace, 'durationMs', place)
  if (Number.isSafeInteger(durationMs) && durationMs >= 0) return durationMs
  throw wrongType(trace['durationMs'], `${place}.durationMs`, 'whole milliseconds')
}

function decodeStart(trace: Json, place: string): Timestamp | undefined {
  const found = trace['startTimeUnixNano']
  if (found === undefined || found === null) return undefined
  const text = typeof found === 'number' ? found.toFixed(0) : found
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text))
    throw wrongType(found, `${place}.startTimeUnixNano`, 'nanoseconds in digits')
  return toTimestamp(BigInt(text))
}
