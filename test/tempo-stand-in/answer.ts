/** What a server answers. Header names are in lower case. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export function jsonAnswer(body: unknown): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', vary: 'Accept-Encoding' },
    body: JSON.stringify(body),
  }
}

export function textAnswer(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', vary: 'Accept-Encoding' }, body }
}

export function notFound(): Answer {
  return textAnswer(404, '404 page not found\n')
}
