/** Holds items so that the one with the lowest rank can be had at once. */
export interface Heap<T> {
  readonly size: number
  push(item: T): void
  /** The item with the lowest rank. */
  peek(): T | undefined
  pop(): T | undefined
}

export function createHeap<T>(rank: (item: T) => number): Heap<T> {
  const items: T[] = []
  const rankAt = (index: number): number => {
    const item = items[index]
    return item === undefined ? Number.POSITIVE_INFINITY : rank(item)
  }

  function swap(a: number, b: number): void {
    const [first, second] = [items[a], items[b]]
    if (first === undefined || second === undefined) return
    items[a] = second
    items[b] = first
  }

  function rise(from: number): void {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1
      if (rankAt(parent) <= rankAt(index)) return
      swap(parent, index)
      index = parent
    }
  }

  function sink(): void {
    for (let index = 0; ;) {
      const left = 2 * index + 1
      const least = rankAt(left + 1) < rankAt(left) ? left + 1 : left
      if (rankAt(least) >= rankAt(index)) return
      swap(least, index)
      index = least
    }
  }

  return {
    get size() {
      return items.length
    },
    push(item) {
      items.push(item)
      rise(items.length - 1)
    },
    peek: () => items[0],
    pop() {
      const first = items[0]
      const last = items.pop()
      if (first === undefined || last === undefined || items.length === 0) return first
      items[0] = last
      sink()
      return first
    },
  }
}
