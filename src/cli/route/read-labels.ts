import type { LabelSet } from '../../model/label-set.js'
import { readMatchers } from '../daemon/read-matchers.js'
import { InputError } from '../query/input-error.js'

/** Reads labels such as `severity=page 'service="my shop"'`; a word alone is the name of an alert. Throws an `InputError`. */
export function readLabels(texts: readonly string[]): LabelSet {
  const labels = new Map<string, string>()
  for (const { name, operator, value } of readMatchers(texts)) {
    if (operator !== '=') throw new InputError(`--labels: found ${name}${operator}…, expected name=value`)
    if (labels.has(name)) throw new InputError(`--labels: found ${name} twice, expected it once`)
    labels.set(name, value)
  }
  return labels
}
