/** What a server answers. Header names are in lower case. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A 200 with this body as JSON. */
export function jsonAnswer(body: unknown): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', vary: 'Accept-Encoding' },
    body: JSON.stringify(body),
  }
}

/** A status with a sentence, as Tempo words its errors. */
export function textAnswer(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', vary: 'Accept-Encoding' }, body }
}

/** What Tempo says of a path that it does not know. */
export function notFound(): Answer {
  return textAnswer(404, '404 page not found\n')
}
