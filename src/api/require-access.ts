import { createHash, timingSafeEqual } from 'node:crypto'
import type { Handler } from './listen.js'

/** What a client may show to be let in: either is enough. Where there is neither, everybody is let in. */
export interface Access {
  /** A bearer token. */
  readonly token: string | undefined
  /** A user name, without a colon, and its password. */
  readonly basic: { readonly username: string; readonly password: string } | undefined
}

/** Whether an `authorization` header lets somebody in, as a function that takes the same time whatever was sent. */
export function createAccessCheck({ token, basic }: Access): (authorization: string | undefined) => boolean {
  if (token === undefined && basic === undefined) return () => true
  const isToken = createComparison(token === undefined ? undefined : Buffer.from(token))
  const isBasic = createComparison(basic && Buffer.from(`${basic.username}:${basic.password}`))
  return (authorization = '') => {
    const verdicts = [isToken(bearerIn(authorization)), isBasic(basicIn(authorization))]
    return verdicts.includes(true)
  }
}

export interface AccessOptions {
  /** Paths that need no credentials. */
  readonly open?: readonly string[]
  /** Is told of each request that is refused. It must not throw. */
  readonly onRefused?: () => void
}

/** Lets only those through who send credentials; the others get 401. */
export function requireAccess(
  access: Access,
  handler: Handler,
  { open = [], onRefused = () => {} }: AccessOptions = {},
): Handler {
  if (access.token === undefined && access.basic === undefined) return handler
  const isAllowed = createAccessCheck(access)
  const refusal = describeRefusal(access)
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? ''
    if (open.includes(path) || isAllowed(request.headers.authorization)) {
      handler(request, response)
      return
    }
    onRefused()
    response.setHeader('www-authenticate', refusal.schemes)
    response.writeHead(401, { 'content-type': 'text/plain; charset=utf-8' })
    response.end(refusal.text)
    request.resume()
  }
}

function describeRefusal({ token, basic }: Access) {
  const schemes: string[] = []
  if (token !== undefined) schemes.push('Bearer')
  if (basic !== undefined) schemes.push('Basic realm="tracebell", charset="UTF-8"')
  const bearer = 'a bearer token is needed: authorization: Bearer <TRACEBELL_TOKEN>'
  const byName = 'a user name and a password are needed: TRACEBELL_USERNAME and TRACEBELL_PASSWORD'
  if (basic === undefined) return { schemes, text: `${bearer}\n` }
  return { schemes, text: token === undefined ? `${byName}\n` : `${bearer}; or ${byName}\n` }
}

/** The scheme may be written in any case, as in every HTTP authorization. */
function bearerIn(authorization: string): Buffer {
  return Buffer.from(/^bearer +(.*)$/is.exec(authorization)?.[1] ?? '')
}

/** The bytes of `name:password`. */
function basicIn(authorization: string): Buffer {
  return Buffer.from(/^basic +([\w+/=-]*)$/i.exec(authorization)?.[1] ?? '', 'base64')
}

/** Nothing is the same as what is not there. */
function createComparison(wanted: Buffer | undefined): (sent: Buffer) => boolean {
  if (wanted === undefined) return () => false
  const wantedDigest = digest(wanted)
  return (sent) => timingSafeEqual(digest(sent), wantedDigest)
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
