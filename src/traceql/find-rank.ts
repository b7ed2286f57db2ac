/**
 * The number of this rank, from 1, among numbers that are not sorted; NaN where there are not so many. The numbers are put
 * in another order on the way. Takes time in proportion to their count, unless they are chosen to be hard.
 */
export function findRank(numbers: Float64Array, rank: number): number {
  const wanted = rank - 1
  let [first, last] = [0, numbers.length - 1]
  for (let step = 0; first < last; step += 1) {
    if (step === MOST_STEPS) {
      numbers.subarray(first, last + 1).sort()
      break
    }
    const [below, above] = split(numbers, first, last)
    if (wanted <= below) last = below
    else if (wanted >= above) first = above
    else break
  }
  return numbers[wanted] ?? Number.NaN
}

/** Each step halves what is left, as a rule; where that fails so often, it is sorted. */
const MOST_STEPS = 64

/**
 * Moves the numbers between `first` and `last` so that all up to `below` are no greater, and all from `above` on no less,
 * than those between the two, which are equal.
 */
function split(numbers: Float64Array, first: number, last: number): [below: number, above: number] {
  const pivot = median(numbers, first, last)
  let [left, right] = [first, last]
  while (left <= right) {
    while ((numbers[left] ?? pivot) < pivot) left += 1
    while ((numbers[right] ?? pivot) > pivot) right -= 1
    if (left > right) break
    const moved = numbers[left] ?? 0
    numbers[left] = numbers[right] ?? 0
    numbers[right] = moved
    left += 1
    right -= 1
  }
  return [right, left]
}

/** Of the first, the middle and the last number. */
function median(numbers: Float64Array, first: number, last: number): number {
  const a = numbers[first] ?? 0
  const b = numbers[(first + last) >>> 1] ?? 0
  const c = numbers[last] ?? 0
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
