import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'

const MIB = 2 ** 20
/** In percent of what the heap held after the last collection. To four times as much is as far as V8 itself may go. */
const MOST_PERCENT = 300
/** And as little as is worth a collection of all there is. */
const LEAST_PERCENT = 25
/** How much may be allocated before garbage is collected, between these. */
const ROOM_BYTES = 24 * MIB

/**
 * Lets this process allocate some 24 MB before its garbage is collected, be its heap small or large. V8 goes by the size of
 * the heap, and counts what is allocated outside of it too: the bodies of requests, and the memory of the window. With a
 * small heap it would collect after each 8 MB, twenty times a second, where spans come fast; and with a large one, when
 * thousands of alerts begin at once, after hundreds. For a process that is ours alone, as it is a setting of all of it.
 */
export function boundHeapGrowth(): void {
  setGrowth()
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(isFullCollection)) setGrowth()
  })
  observer.observe({ entryTypes: ['gc'] })
}

/** What was collected last decides how far the heap grows until the next time. */
function setGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${toGrowthPercent(getHeapStatistics().used_heap_size)}`)
}

/** By how many percent a heap of this size may grow. */
export function toGrowthPercent(heapBytes: number): number {
  const percent = Math.round((100 * ROOM_BYTES) / heapBytes)
  return Math.min(MOST_PERCENT, Math.max(LEAST_PERCENT, percent))
}

/** Types of Node say nothing of what entries of this kind have. */
function isFullCollection(entry: PerformanceEntry): boolean {
  const detail: unknown = 'detail' in entry ? entry.detail : undefined
  return (
    typeof detail === 'object' &&
    detail !== null &&
    'kind' in detail &&
    detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR
  )
}
