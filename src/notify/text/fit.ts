/**
 * As many texts from the front as have room when they stand in a row with a comma between them. No more are asked for than
 * that, so that what cannot be sent is not even made.
 */
export function takeFitting(texts: Iterable<string>, mostBytes: number): readonly string[] {
  const taken: string[] = []
  let room = mostBytes
  for (const text of texts) {
    room -= Buffer.byteLength(text) + (taken.length === 0 ? 0 : 1)
    if (room < 0) break
    taken.push(text)
  }
  return taken
}

/** Makes texts one by one, as they are asked for. */
export function* encodeEach<T>(items: readonly T[], encode: (item: T) => string): Iterable<string> {
  for (const item of items) yield encode(item)
}
