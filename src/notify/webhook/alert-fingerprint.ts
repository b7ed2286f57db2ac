import type { LabelSet } from '../../model/label-set.js'
import { compareText } from './sorted-object.js'

const OFFSET = 14_695_981_039_346_656_037n
const PRIME = 1_099_511_628_211n
const MASK = (1n << 64n) - 1n
/** No byte of UTF-8. */
const SEPARATOR = 255

/** The fingerprint that Alertmanager knows an alert by: FNV-1a over its sorted labels, as 16 hex digits. */
export function alertFingerprint(labels: LabelSet): string {
  let hash = OFFSET
  const add = (byte: number): void => {
    hash = ((hash ^ BigInt(byte)) * PRIME) & MASK
  }
  for (const [name, value] of [...labels].toSorted(([a], [b]) => compareText(a, b))) {
    for (const part of [name, value]) {
      for (const byte of Buffer.from(part, 'utf8')) add(byte)
      add(SEPARATOR)
    }
  }
  return hash.toString(16).padStart(16, '0')
}
