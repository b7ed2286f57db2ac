import { estimateInstructions } from '../regex/estimate-instructions.js'
import type { Reject } from './check-fault.js'

/** Of all regular expressions of a query together; they take a quarter of a second to compile. */
const MOST_INSTRUCTIONS = 20_000

/** Rejects a query whose regular expressions are too large together, before any is compiled. */
export function checkRegexSizes(root: object, reject: Reject): void {
  let size = 0
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const node = waiting.pop()
    if (typeof node !== 'object' || node === null) continue
    size += sizeOf(node)
    waiting.push(...Object.values(node))
  }
  if (size <= MOST_INSTRUCTIONS) return
  reject(
    0,
    'unsupported',
    `regular expressions of about ${size} instructions together are not supported here; the most is ${MOST_INSTRUCTIONS}`,
  )
}

function sizeOf(node: object): number {
  if (!('operator' in node) || !('right' in node) || !(node.operator === '=~' || node.operator === '!~'))
    return 0
  const { right } = node
  if (typeof right !== 'object' || right === null || !('value' in right)) return 0
  return typeof right.value === 'string' ? estimateInstructions(right.value) : 0
}
