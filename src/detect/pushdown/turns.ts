/** Does pieces of work, so many at a time; the others wait for their turn. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

export function createTurns(most: number): Turns {
  const waiting: (() => void)[] = []
  let working = 0

  async function begin(): Promise<void> {
    if (working < most) {
      working += 1
      return
    }
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  function end(): void {
    const next = waiting.shift()
    if (next === undefined) working -= 1
    else next()
  }

  return async (work) => {
    await begin()
    try {
      return await work()
    } finally {
      end()
    }
  }
}
