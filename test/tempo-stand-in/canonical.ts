/**
 * The answer without what differs from one real Tempo to the next: what is unordered is sorted, and counts of work done
 * and exemplars are left out. The starts of traces keep their order.
 */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'exemplars') return []
    if (key === 'metrics') return [[key, typeof inner]]
    if (key === 'traces')
      return [
        [key, sorted(inner)],
        ['starts', startsOf(inner)],
      ]
    return [[key, UNORDERED.has(key) ? sorted(inner) : canonical(inner)]]
  })
  return Object.fromEntries(entries)
}

const UNORDERED = new Set(['attributes', 'labels', 'series', 'batches', 'resourceSpans'])

function sorted(list: unknown): unknown {
  if (!Array.isArray(list)) return list
  const keyed = list.map((item) => {
    const plain = canonical(item)
    return { plain, key: JSON.stringify(plain, (_key, inner: unknown) => sortKeys(inner)) }
  })
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ plain }) => plain)
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function startsOf(traces: unknown): unknown {
  if (!Array.isArray(traces)) return traces
  return traces.map((trace: unknown) =>
    typeof trace === 'object' && trace !== null ? Reflect.get(trace, 'startTimeUnixNano') : trace,
  )
}
