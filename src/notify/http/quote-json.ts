/** The texts under these names in an answer in JSON, joined; undefined where it has none of them, or is no JSON. */
export function quoteJson(...names: readonly string[]): (text: string) => string | undefined {
  return (text) => {
    const value = parse(text)
    if (typeof value === 'string') return value
    if (typeof value !== 'object' || value === null) return undefined
    const texts = names.flatMap((name) => textsOf(Object.getOwnPropertyDescriptor(value, name)?.value))
    return texts.length === 0 ? undefined : texts.join('; ')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
