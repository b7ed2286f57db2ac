import { orderTexts } from './compare.js'
import type { LabelValue, SeriesLabels } from './series.js'

/**
 * The order of series by their labels, which decides between equal values. As seen of Tempo: label by label in the
 * order of `by`, and where all that both have are equal, the one with fewer comes first. Of two labels the text of the
 * value decides, then the name, then the value itself. Texts come in their own order; values of other types count as
 * empty texts, and among these booleans come first, then texts, floats and integers, each from the greatest to the
 * least of their 64 bits.
 */
export function orderLabels(left: SeriesLabels, right: SeriesLabels): number {
  const rightLabels = [...right]
  for (const [index, label] of [...left].entries()) {
    const other = rightLabels[index]
    if (other === undefined) break
    const order = orderPair(label, other)
    if (order !== 0) return order
  }
  return left.size - right.size
}

type Label = readonly [name: string, value: LabelValue]

function orderPair([name, value]: Label, [otherName, other]: Label): number {
  return (
    orderTexts(textOf(value), textOf(other)) || orderTexts(name, otherName) || orderSameTexts(value, other)
  )
}

const TYPE_RANKS: Readonly<Record<string, number>> = { boolean: 0, string: 1, number: 2, bigint: 3 }

function orderSameTexts(left: LabelValue, right: LabelValue): number {
  return (
    (TYPE_RANKS[typeof left] ?? 0) - (TYPE_RANKS[typeof right] ?? 0) || orderBits(bitsOf(left), bitsOf(right))
  )
}

function textOf(value: LabelValue): string {
  return typeof value === 'string' ? value : ''
}

function orderBits(left: bigint, right: bigint): number {
  if (left === right) return 0
  return left > right ? -1 : 1
}

const floatBits = new DataView(new ArrayBuffer(8))

function bitsOf(value: LabelValue): bigint {
  if (typeof value === 'string') return 0n
  if (typeof value === 'bigint') return BigInt.asUintN(64, value)
  if (typeof value === 'boolean') return value ? 1n : 0n
  floatBits.setFloat64(0, value)
  return floatBits.getBigUint64(0)
}
