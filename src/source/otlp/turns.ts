/** Lets only so many be at it at a time; the others wait, first come first served. */
export interface Turns {
  /** Calls `begin` when it is the caller's turn, at once if there is room. What is answered ends the turn or the wait. */
  wait(begin: () => void): () => void
}

export function createTurns(max: number): Turns {
  const waiting = new Set<() => void>()
  let taken = 0

  return {
    wait: (begin) => {
      let ended = false
      const start = (): void => {
        taken += 1
        begin()
      }
      if (taken < max) start()
      else waiting.add(start)

      return () => {
        if (ended) return
        ended = true
        if (waiting.delete(start)) return
        taken -= 1
        const [next] = waiting
        if (next === undefined) return
        waiting.delete(next)
        next()
      }
    },
  }
}
