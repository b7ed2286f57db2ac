import { expect, it } from 'vitest'
import { createFiltering } from '../../bench/filtering.js'
import { FILTERS } from '../../bench/filters.js'
import { makeBodies } from '../../bench/load/body.js'
import { GRPC_PREFIX_BYTES } from '../../bench/load/sender.js'
import { QUERY_LANGUAGE } from '../../src/embedded-queries.js'
import { createTraceWindow } from '../../src/source/window/trace-window.js'
import { createMetrics } from '../../src/telemetry/metrics.js'
import { createTestClock } from '../test-clock.js'

const NOW = 1_800_000_000_000
const ALL_TIME = { start: 0, end: 2 * NOW }

it('the filters that are run over the load find the same spans as searches do', () => {
  const clock = createTestClock()
  const window = createTraceWindow({ maxBytes: 1e8, maxAgeMs: 1e6, clock, metrics: createMetrics() })
  for (const { framed } of makeBodies(4, 1, NOW)) window.add(framed.subarray(GRPC_PREFIX_BYTES))
  const filtering = createFiltering()
  filtering.run(window.glanceSince(0))

  const traces = [...window.overlapping(ALL_TIME)]
  const found = FILTERS.map((text) => {
    const search = QUERY_LANGUAGE.compileSearch(text)
    const spans = traces.flatMap((trace) => search(trace).flatMap((spanset) => spanset.spans))
    return [text, spans.length] as const
  })
  expect(filtering.matches).toEqual(Object.fromEntries(found))
  expect(found.filter(([, spans]) => spans === 0)).toEqual([])
  expect(filtering.spans).toBe(traces.reduce((sum, { spans }) => sum + spans.length, 0))
})
