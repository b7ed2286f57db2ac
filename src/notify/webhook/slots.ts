/** A bound on how much is done at once. */
export interface Slots {
  /** Does the work as soon as a slot is free, first come, first served. Rejects when aborted before that. */
  within<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

export function createSlots(count: number): Slots {
  let free = count
  const waiting = new Set<() => void>()

  const acquire = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      if (free > 0) {
        free -= 1
        return resolve()
      }
      const abort = (): void => {
        waiting.delete(enter)
        reject(signal.reason)
      }
      const enter = (): void => {
        waiting.delete(enter)
        signal.removeEventListener('abort', abort)
        resolve()
      }
      signal.addEventListener('abort', abort, { once: true })
      waiting.add(enter)
    })
  // A slot passes on to the next in line without becoming free, so that nobody can slip in between.
  const release = (): void => {
    const [next] = waiting
    if (next) next()
    else free += 1
  }

  return {
    within: async (signal, work) => {
      await acquire(signal)
      try {
        return await work()
      } finally {
        release()
      }
    },
  }
}
