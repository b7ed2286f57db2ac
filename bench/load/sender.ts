import type { LoadBody } from './body.js'

/** One connection that sends one request after the other. */
export interface Sender {
  /** Resolves when all spans of the request were taken. Throws where the server refused it, or some of its spans. */
  send(body: LoadBody): Promise<void>
  close(): void
}

export const GRPC_PREFIX_BYTES = 5

/** A partial success that says nothing, as the Collector and Jaeger write it. */
const NOTHING_REFUSED = Buffer.of(10, 0)

/** Whether this `ExportTraceServiceResponse` says that all spans were taken. */
export function tookAll(response: Buffer): boolean {
  return response.length === 0 || response.equals(NOTHING_REFUSED)
}
