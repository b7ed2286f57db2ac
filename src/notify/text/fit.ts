/** A text, and how many items are not in it. */
export interface Fitted {
  readonly text: string
  readonly leftOut: number
}

/**
 * The text of as many items from the front as it may hold: `encode` gives the text for the first `count`. Fewer items must
 * make no longer text. Where not even none fit, the text is that of none.
 */
export function fit(count: number, mostBytes: number, encode: (count: number) => string): Fitted {
  const whole = encode(count)
  if (Buffer.byteLength(whole) <= mostBytes) return { text: whole, leftOut: 0 }
  let [fits, tooMany] = [0, count]
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    if (Buffer.byteLength(encode(middle)) <= mostBytes) fits = middle
    else tooMany = middle
  }
  return { text: encode(fits), leftOut: count - fits }
}
