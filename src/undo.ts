/** What is to be done when something ends, in reverse order. */
export interface Undo {
  push(step: () => Promise<void>): void
  /** Does it all; what was done is not done again. */
  all(): Promise<void>
}

export function createUndo(): Undo {
  const steps: (() => Promise<void>)[] = []
  return {
    push: (step) => void steps.push(step),
    all: async () => {
      for (let next = steps.pop(); next !== undefined; next = steps.pop()) await next()
    },
  }
}
