import type { IncomingMessage } from 'node:http'

/** The body of a request is longer than it may be. */
export class TextTooLong extends Error {
  override readonly name = 'TextTooLong'
}

/**
 * The body of a request as text. Rejects with `TextTooLong`, and with the request's error where it breaks off. By events:
 * to leave a loop over the stream would destroy it, and with it the way of the answer.
 */
export function readText(request: IncomingMessage, mostBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= mostBytes) chunks.push(chunk)
      else reject(new TextTooLong(`longer than ${mostBytes} bytes`))
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString()))
    request.on('error', reject)
  })
}
