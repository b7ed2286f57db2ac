import { createHash, timingSafeEqual } from 'node:crypto'
import type { Handler } from './listen.js'

/**
 * Lets only those through who send `authorization: Bearer <token>`; the others get 401. The comparison takes the same
 * time whatever was sent. Paths in `open` need no token.
 */
export function requireToken(
  token: string | undefined,
  handler: Handler,
  open: readonly string[] = [],
): Handler {
  if (token === undefined) return handler
  const wanted = digest(`Bearer ${token}`)
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? ''
    if (open.includes(path) || timingSafeEqual(digest(request.headers.authorization ?? ''), wanted)) {
      handler(request, response)
      return
    }
    response.writeHead(401, { 'www-authenticate': 'Bearer', 'content-type': 'text/plain; charset=utf-8' })
    response.end('a bearer token is needed: authorization: Bearer <TRACEBELL_TOKEN>\n')
    request.resume()
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
