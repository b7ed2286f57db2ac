/** A request as the stand-in received it. */
export interface ReceivedRequest {
  readonly method: string
  /** Path and query as they came. */
  readonly target: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** What was received, in order, and a way to wait for it: a request of a real client takes real I/O to arrive. */
export interface RequestLog {
  readonly all: readonly ReceivedRequest[]
  add(request: ReceivedRequest): void
  /** Resolves once `count` requests have been received in all. */
  received(count: number): Promise<void>
}

/** Makes an empty log. */
export function createRequestLog(): RequestLog {
  const all: ReceivedRequest[] = []
  let waiting: { readonly count: number; readonly resolve: () => void }[] = []
  return {
    all,
    add: (request) => {
      all.push(request)
      for (const { resolve } of waiting.filter(({ count }) => count <= all.length)) resolve()
      waiting = waiting.filter(({ count }) => count > all.length)
    },
    received: (count) =>
      new Promise((resolve) => {
        if (count <= all.length) resolve()
        else waiting.push({ count, resolve })
      }),
  }
}
