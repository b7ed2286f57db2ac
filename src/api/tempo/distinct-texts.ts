/** Distinct texts, up to a number and a size: what a question about tags may answer. */
export interface DistinctTexts {
  add(text: string): void
  /** In no order. */
  readonly texts: ReadonlySet<string>
  isFull(): boolean
}

/** As Tempo has it, so that no attribute with a value of its own on every span makes an answer of any size. */
const MAX_CHARACTERS = 2_500_000

export function createDistinctTexts(limit: number): DistinctTexts {
  const texts = new Set<string>()
  let characters = 0
  const isFull = (): boolean => texts.size >= limit || characters >= MAX_CHARACTERS
  return {
    texts,
    isFull,
    add: (text) => {
      if (isFull() || texts.has(text)) return
      texts.add(text)
      characters += text.length
    },
  }
}
