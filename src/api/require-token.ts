import { createHash, timingSafeEqual } from 'node:crypto'
import type { Handler } from './listen.js'

/**
 * Whether an `authorization` header holds the token, as a function that takes the same time whatever was sent. Where
 * there is no token everybody may come in.
 */
export function createTokenCheck(token: string | undefined): (authorization: string | undefined) => boolean {
  if (token === undefined) return () => true
  const wanted = digest(token)
  return (authorization) => timingSafeEqual(digest(tokenIn(authorization)), wanted)
}

/**
 * Lets only those through who send `authorization: Bearer <token>`; the others get 401. Paths in `open` need no token.
 */
export function requireToken(
  token: string | undefined,
  handler: Handler,
  open: readonly string[] = [],
): Handler {
  if (token === undefined) return handler
  const isAllowed = createTokenCheck(token)
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? ''
    if (open.includes(path) || isAllowed(request.headers.authorization)) {
      handler(request, response)
      return
    }
    response.writeHead(401, { 'www-authenticate': 'Bearer', 'content-type': 'text/plain; charset=utf-8' })
    response.end('a bearer token is needed: authorization: Bearer <TRACEBELL_TOKEN>\n')
    request.resume()
  }
}

/** The scheme may be written in any case, as in every HTTP authorization. */
function tokenIn(authorization = ''): string {
  return /^bearer +(.*)$/is.exec(authorization)?.[1] ?? ''
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
