import type { IncomingMessage } from 'node:http'
import { PrometheusError } from './prometheus-error.js'

/** No form that is sent here needs to be longer. */
export const LONGEST_FORM_BYTES = 65_536

/**
 * The parameters of a request: those of a form that is posted, and then those of the address. Rejects with a
 * `PrometheusError` where the form is too long, and with the request's error where it breaks off.
 */
export async function readParams(request: IncomingMessage, search: string): Promise<URLSearchParams> {
  const params = new URLSearchParams(request.method === 'POST' ? await readBody(request) : '')
  for (const [name, value] of new URLSearchParams(search)) params.append(name, value)
  return params
}

/** By events: to leave a loop over the stream would destroy it, and with it the way of the answer. */
function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= LONGEST_FORM_BYTES) chunks.push(chunk)
      else reject(new PrometheusError(413, 'bad_data', `the form is longer than ${LONGEST_FORM_BYTES} bytes`))
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString()))
    request.on('error', reject)
  })
}
