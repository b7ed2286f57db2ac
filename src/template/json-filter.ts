import type { Context } from 'liquidjs'
import { toPlain } from './to-plain.js'

/** A value as JSON: texts quoted and escaped, labels and alerts as objects. What it writes counts as memory. */
export function jsonFilter(this: { readonly context: Context }, value: unknown): string {
  const text = JSON.stringify(toPlain(value)) ?? 'null'
  this.context.memoryLimit.use(text.length)
  return text
}
