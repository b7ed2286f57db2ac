/** What is sent back. An object is sent as JSON, bytes as protobuf. */
export interface Answer {
  readonly status: number
  readonly body: string | object | Uint8Array
}

export function ok(body: Answer['body']): Answer {
  return { status: 200, body }
}

export const NOT_FOUND: Answer = { status: 404, body: '404 page not found\n' }
