import type { LabelSet } from '../model/label-set.js'
import type { Silence } from '../model/silence.js'
import { compileMatchers, type LabelPredicate } from './compile-matchers.js'

/** Finds the silences that match an alert without trying all of them. */
export interface SilenceIndex {
  /** In place of the one with its id. Throws `InvalidMatcher`. */
  put(silence: Silence): void
  remove(id: string): void
  /** Those that match, whether they are active or not. */
  find(labels: LabelSet): readonly Silence[]
}

interface Entry {
  readonly silence: Silence
  readonly matches: LabelPredicate
  readonly bucket: Map<string, Entry>
}

type Bucket = Map<string, Entry>

/** Most silences name a label and its value: those are found by them, and only the others are tried on every alert. */
export function createSilenceIndex(): SilenceIndex {
  const entries = new Map<string, Entry>()
  const byLabel = new Map<string, Map<string, Bucket>>()
  const others: Bucket = new Map()

  function bucketOf({ matchers }: Silence): Bucket {
    const exact = matchers.find(({ operator, value }) => operator === '=' && value !== '')
    if (exact === undefined) return others
    const values = byLabel.get(exact.name) ?? new Map<string, Bucket>()
    byLabel.set(exact.name, values)
    const bucket = values.get(exact.value) ?? new Map<string, Entry>()
    values.set(exact.value, bucket)
    return bucket
  }

  function remove(id: string): void {
    const entry = entries.get(id)
    entry?.bucket.delete(id)
    entries.delete(id)
    if (entry?.bucket.size === 0) removeEmpty(entry)
  }

  function removeEmpty({ silence, bucket }: Entry): void {
    for (const { name, value } of silence.matchers) {
      const values = byLabel.get(name)
      if (values?.get(value) !== bucket) continue
      values.delete(value)
      if (values.size === 0) byLabel.delete(name)
    }
  }

  return {
    put: (silence) => {
      const matches = compileMatchers(silence.matchers)
      remove(silence.id)
      const entry = { silence, matches, bucket: bucketOf(silence) }
      entry.bucket.set(silence.id, entry)
      entries.set(silence.id, entry)
    },
    remove,
    find: (labels) => {
      const candidates = [...byLabel].flatMap(([name, values]) => {
        const bucket = values.get(labels.get(name) ?? '')
        return bucket === undefined ? [] : [...bucket.values()]
      })
      return [...candidates, ...others.values()]
        .filter(({ matches }) => matches(labels))
        .map(({ silence }) => silence)
    },
  }
}
