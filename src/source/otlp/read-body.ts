import type { Readable } from 'node:stream'

/** The sender went away before its request was whole: nobody is left to be answered. */
export class RequestAborted extends Error {
  override readonly name = 'RequestAborted'
}

/** What takes a body piece by piece. What it throws ends the reading. */
export interface BodySink<T> {
  add(piece: Buffer): void
  /** Called when no more will come; what it answers is what was read. */
  end(): T
}

/**
 * Reads a body to its end. Rejects with what `sink` throws or with the reason of `signal`, and then lets the rest pass
 * by unread; with `RequestAborted` when the sender goes away.
 */
export function readBody<T>(body: Readable, sink: BodySink<T>, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      body.off('data', add).off('end', end).off('aborted', cutOff).off('close', cutOff)
      signal?.removeEventListener('abort', giveUp)
    }
    const fail = (error: unknown): void => {
      stop()
      reject(error)
    }
    const add = (piece: Buffer): void => attempt(() => sink.add(piece), fail)
    const end = (): void => {
      stop()
      attempt(() => resolve(sink.end()), reject)
    }
    const giveUp = (): void => fail(signal?.reason)
    const cutOff = (cause?: Error): void => fail(new RequestAborted('the request was cut off', { cause }))

    if (body.destroyed) return cutOff()
    if (signal?.aborted) return giveUp()
    signal?.addEventListener('abort', giveUp, { once: true })
    body.on('data', add).on('end', end).on('error', cutOff).on('close', cutOff)
    // HTTP/2 ends a body that is cut off too, but tells of the cut first.
    body.on('aborted', cutOff)
  })
}

function attempt(step: () => void, fail: (error: unknown) => void): void {
  try {
    step()
  } catch (error) {
    fail(error)
  }
}
