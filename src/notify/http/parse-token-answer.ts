import { SECOND_MS } from '../../model/time.js'

/** What a server of tokens gave (RFC 6749, 5.1). */
export interface GivenToken {
  readonly text: string
  /** How long it lives; undefined where the server does not say. */
  readonly lifetimeMs: number | undefined
}

const TOKEN = /^[\x21-\x7e]{1,32768}$/

/** Reads an answer with a bearer token that a header can hold; undefined for any other. */
export function parseTokenAnswer(answer: string): GivenToken | undefined {
  const { access_token: text, token_type: type = 'bearer', expires_in: lifetime } = readFields(answer)
  if (typeof text !== 'string' || !TOKEN.test(text)) return undefined
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') return undefined
  const seconds = typeof lifetime === 'number' || typeof lifetime === 'string' ? Number(lifetime) : 0
  return { text, lifetimeMs: Number.isFinite(seconds) && seconds > 0 ? seconds * SECOND_MS : undefined }
}

/** The code of an error (RFC 6749, 5.2). What else is said may hold what was sent. */
export function parseTokenError(answer: string): string | undefined {
  const { error } = readFields(answer)
  return typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? error : undefined
}

function readFields(answer: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(answer)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
