import type { Writable } from 'node:stream'
import type { LogDestination } from './log-destination.js'

const MAX_WAITING_BYTES = 1024 * 1024

export interface StreamDestinationOptions {
  readonly name: string
  /** Usually standard output. It is never ended. */
  readonly stream: Writable
  /** How much may wait for a slow reader before lines are lost; 1 MiB by default. */
  readonly maxWaitingBytes?: number
}

/**
 * Log lines to a stream. A reader that has gone away (EPIPE) loses lines and no more: until `close` is called, an error
 * of the stream does not end the process.
 */
export function createStreamDestination(
  options: StreamDestinationOptions,
): LogDestination & { close(): void } {
  const { name, stream, maxWaitingBytes = MAX_WAITING_BYTES } = options
  stream.on('error', ignore)
  return {
    name,
    write: (line, settled) => {
      if (stream.writableLength > maxWaitingBytes) {
        throw new Error(`its reader is too slow: ${stream.writableLength} bytes wait`)
      }
      stream.write(line, (error) => {
        settled(error ?? undefined)
      })
    },
    close: () => {
      // What is being written may still fail.
      stream.write('', () => {
        setImmediate(() => stream.off('error', ignore))
      })
    },
  }
}

// Every failed write tells its callback too, which is where it is counted.
function ignore(): void {}
