/** Decides which alerts are told in full, and counts the rest. */
export interface Digest {
  /** Counts an alert; true where it should be told in full. */
  take(type: string): boolean
  /** How many of each type were counted and not told since this was last asked. */
  rest(): ReadonlyMap<string, number>
  /** Something new begins, of which the first alerts are told in full again. */
  restart(): void
  /** How many of each type there were in all. */
  totals(): ReadonlyMap<string, number>
}

/** Keeps a terminal readable: of each type the first `full` alerts are told, the others only counted. */
export function createDigest({ full }: { readonly full: number }): Digest {
  const totals = new Map<string, number>()
  let told = new Map<string, number>()
  let rest = new Map<string, number>()
  return {
    take(type) {
      add(totals, type)
      const isTold = (told.get(type) ?? 0) < full
      add(isTold ? told : rest, type)
      return isTold
    },
    rest() {
      const counted = rest
      rest = new Map()
      return counted
    },
    restart: () => void (told = new Map()),
    totals: () => totals,
  }
}

function add(counts: Map<string, number>, type: string): void {
  counts.set(type, (counts.get(type) ?? 0) + 1)
}
