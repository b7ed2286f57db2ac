import type { Query } from './query-text.js'
import { randomSearch, randomSearchOfItems } from './random-search.js'
import type { TraceShape } from './random-traces.js'

/** Traces of one kind, with the widest searches that a real Tempo and we answer alike on them. */
export interface KindOfTraces {
  readonly name: string
  readonly shape: TraceShape
  readonly search: Query
}

export const KINDS_OF_TRACES: readonly KindOfTraces[] = [
  {
    name: 'traces that one root leads through',
    shape: { roots: 'one', orphans: false, sharedIds: false, items: 1 },
    search: randomSearch({ rooted: true, connected: true }),
  },
  {
    name: 'traces that several roots lead through',
    shape: { roots: 'many', orphans: false, sharedIds: false, items: 1 },
    search: randomSearch({ rooted: true, connected: true }),
  },
  {
    name: 'traces with orphans',
    shape: { roots: 'many', orphans: true, sharedIds: false, items: 1 },
    search: randomSearch({ rooted: true, connected: false }),
  },
  {
    name: 'traces without a root',
    shape: { roots: 'none', orphans: true, sharedIds: false, items: 1 },
    search: randomSearch({ rooted: false, connected: false }),
  },
  {
    name: 'traces with spans that share ids',
    shape: { roots: 'many', orphans: true, sharedIds: true, items: 1 },
    search: randomSearch({ rooted: true, connected: false }),
  },
  {
    name: 'spans with several events and links',
    shape: { roots: 'many', orphans: true, sharedIds: false, items: 3 },
    search: randomSearchOfItems,
  },
]
