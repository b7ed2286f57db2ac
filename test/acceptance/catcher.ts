import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { listenOnLoopback } from '../loopback.js'

/** A webhook's far end: what it was sent, as it came. */
export interface Catcher {
  readonly url: string
  readonly bodies: readonly unknown[]
  /** Resolves when `count` bodies have come in all. */
  caught(count: number): Promise<void>
  /** Answers the next requests with these statuses, and 200 after them. */
  answerWith(...statuses: readonly number[]): void
}

/** Starts a catcher on a free port, until the test ends. */
export async function startCatcher(): Promise<Catcher> {
  const bodies: unknown[] = []
  const statuses: number[] = []
  let waiting: { count: number; resolve: () => void }[] = []

  function take(body: string): void {
    bodies.push(JSON.parse(body))
    for (const { count, resolve } of waiting) if (bodies.length >= count) resolve()
    waiting = waiting.filter(({ count }) => bodies.length < count)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const status = statuses.shift() ?? 200
    response.writeHead(status).end()
    if (status === 200) take(body)
  }

  const server = createServer((request, response) => void answer(request, response))
  const origin = await listenOnLoopback(server)
  return {
    url: `${origin}/alerts/traces?secret=hunter2`,
    bodies,
    caught: (count) =>
      bodies.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => void waiting.push({ count, resolve })),
    answerWith: (...each) => void statuses.push(...each),
  }
}
