import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'
import { SourceError } from '../../model/source-error.js'
import { decodeProtobuf } from '../../otlp/decode-protobuf.js'
import { OtlpDecodeError } from '../../otlp/otlp-decode-error.js'
import type { TempoClient } from './client.js'
import { brokenAnswer } from './errors.js'

const MAX_BYTES = 64 * 1024 * 1024

/** All that Tempo knows of a trace; undefined where it knows none of this id. */
export async function askTraceById(
  client: TempoClient,
  id: TraceId,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Trace | undefined> {
  const ask = { path: `/api/traces/${id}`, timeoutMs, maxBytes: MAX_BYTES, accept: 'application/protobuf' }
  try {
    const { spans } = decodeProtobuf(await client.bytes(ask, signal))
    return spans.length === 0 ? undefined : { traceId: id, spans }
  } catch (error) {
    if (error instanceof OtlpDecodeError) throw brokenAnswer(error.message, undefined, error)
    // To an unknown id Tempo says 404, as it does to an unknown path.
    if (error instanceof SourceError && error.reason === 'unsupported') return undefined
    throw error
  }
}
