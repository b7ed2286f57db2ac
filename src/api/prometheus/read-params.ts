import type { IncomingMessage } from 'node:http'
import { readText, TextTooLong } from '../read-text.js'
import { PrometheusError } from './prometheus-error.js'

/** No form that is sent here needs to be longer. */
export const LONGEST_FORM_BYTES = 65_536

/**
 * The parameters of a request: those of a form that is posted, and then those of the address. Rejects with a
 * `PrometheusError` where the form is too long, and with the request's error where it breaks off.
 */
export async function readParams(request: IncomingMessage, search: string): Promise<URLSearchParams> {
  const params = new URLSearchParams(request.method === 'POST' ? await readForm(request) : '')
  for (const [name, value] of new URLSearchParams(search)) params.append(name, value)
  return params
}

async function readForm(request: IncomingMessage): Promise<string> {
  try {
    return await readText(request, LONGEST_FORM_BYTES)
  } catch (error) {
    if (!(error instanceof TextTooLong)) throw error
    throw new PrometheusError(413, 'bad_data', `the form is ${error.message}`)
  }
}
