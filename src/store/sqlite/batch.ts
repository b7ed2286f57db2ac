import type { Write } from './write-rows.js'

/** Collects the writes of all transactions of one turn of the event loop, so that one wait for the disk is enough for them. */
export interface Batch {
  /** Resolves when it is written. */
  add(writes: readonly Write[]): Promise<void>
  /** Writes what there is now. */
  flush(): void
}

/** `write` takes all of a batch or nothing, in order, and never throws. */
export function createBatch(write: (writes: readonly Write[]) => void): Batch {
  let pending: (readonly Write[])[] = []
  let next: Promise<void> | undefined

  function flush(): void {
    const writes = pending.flat()
    pending = []
    if (writes.length > 0) write(writes)
  }

  /** After everything that this turn of the event loop has to do. */
  function atEndOfTurn(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => {
        next = undefined
        flush()
        resolve()
      })
    })
  }

  return {
    add(writes) {
      pending.push(writes)
      next ??= atEndOfTurn()
      return next
    },
    flush,
  }
}
