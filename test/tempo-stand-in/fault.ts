import type { Answer } from './answer.js'

/** How the stand-in misbehaves towards a client. */
export type Fault =
  /** Answers so instead. With status 200 it makes a body that is no JSON, or of other types. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** Never answers; the connection stays open until one side closes. */
  | { readonly kind: 'hang' }
  /** The true answer, this much virtual time later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The head and half the body of the true answer, then the connection is closed. */
  | { readonly kind: 'cut' }
  /** A page of HTML with status 200, as a proxy serves for its login. */
  | { readonly kind: 'not-json' }
  /** A JSON answer that goes on until the client hangs up. */
  | { readonly kind: 'endless' }
  /** The true answer, with every text turned into a number and every number into a text. */
  | { readonly kind: 'wrong-types' }
  | { readonly kind: 'redirect'; readonly location: string }
  /** The connection is reset before any answer. */
  | { readonly kind: 'reset' }

/** Which requests a fault is for. */
export interface FaultScope {
  /** Requests to this path only; undefined for all. */
  readonly path?: string
  /** The next so many requests only; undefined until `heal`. */
  readonly times?: number
}

/** The faults that wait for their requests. The one that was added first goes first. */
export interface FaultQueue {
  add(fault: Fault, scope: FaultScope): void
  take(path: string): Fault | undefined
  clear(): void
}

/** Makes a queue that holds no fault. */
export function createFaultQueue(): FaultQueue {
  let waiting: { readonly fault: Fault; readonly path: string | undefined; left: number }[] = []
  return {
    add: (fault, { path, times = Number.POSITIVE_INFINITY }) => {
      waiting.push({ fault, path, left: times })
    },
    take: (path) => {
      const found = waiting.find((one) => one.left > 0 && (one.path === undefined || one.path === path))
      if (!found) return undefined
      found.left -= 1
      waiting = waiting.filter(({ left }) => left > 0)
      return found.fault
    },
    clear: () => {
      waiting = []
    },
  }
}

/** The answer with the type of every leaf of its JSON exchanged; one that is not JSON as it is. */
export function exchangeTypes(answer: Answer): Answer {
  if (answer.headers['content-type'] !== 'application/json') return answer
  const body = JSON.stringify(JSON.parse(answer.body), (_key, value: unknown) => {
    if (typeof value === 'string') return value.length
    return typeof value === 'number' ? `${value}` : value
  })
  return { ...answer, body }
}
