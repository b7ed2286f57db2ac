import { describe, expect, it } from 'vitest'
import { matchRule, metricRule } from '../../../test/build-rule.js'
import { buildSpan } from '../../../test/conformance/traceql/build-trace.js'
import { createTestSpanSource } from '../../../test/span-source.js'
import type { AlertingRule } from '../../model/alerting-rule.js'
import { MINUTE_MS, SECOND_MS, toUnixNano } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'
import { createMeasureAtSource } from './measure-at-source.js'

const AT = Date.UTC(2026, 10, 24, 8, 44)
const WINDOW_MS = 20 * SECOND_MS
const { signal } = new AbortController()

const idOf = (number: number): TraceId => number.toString(16).padStart(32, '0')

/** A trace that failed so long before `AT`. */
function failed(number: number, beforeMs: number): Trace {
  const span = buildSpan({
    traceId: idOf(number),
    spanId: number.toString(16).padStart(16, '0'),
    parentSpanId: undefined,
    startTimeUnixNano: toUnixNano(AT - beforeMs),
    endTimeUnixNano: toUnixNano(AT - beforeMs + 10),
    status: { code: 'error', message: '' },
  })
  return { traceId: idOf(number), spans: [span] }
}

/** Of these the first two lie in the window, the next three before it, and the last before all that is looked back at. */
const TRACES = [
  failed(1, 5000),
  failed(2, 15_000),
  failed(3, 25_000),
  failed(4, 60_000),
  failed(5, 110_000),
  failed(6, 600_000),
]

async function countAfterRestart(
  rule: AlertingRule,
  counted: ReadonlySet<TraceId> | undefined,
): Promise<number> {
  const measure = createMeasureAtSource({
    source: createTestSpanSource({ parts: TRACES }),
    latenessMs: 2 * MINUTE_MS,
    countedBefore: () => counted,
  })
  const [measured] = await measure([rule], AT, signal)
  if (measured === undefined || !('samples' in measured)) throw measured
  return measured.samples.reduce((sum, { value }) => sum + value, 0)
}

const rule = matchRule('{ status = error }', { windowMs: WINDOW_MS, groupBy: [] })

describe('the first evaluation after a restart', () => {
  it.each<[string, AlertingRule, readonly number[] | undefined, number]>([
    ['counts its window alone where the rule is new', rule, undefined, 2],
    ['catches up on what was not counted before', rule, [3, 5], 3],
    ['counts what lies in its window, counted before or not', rule, [1, 3, 4, 5], 2],
    ['catches up on everything where nothing was counted', rule, [], 5],
    ['leaves a rule to its window that needs more than one trace', { ...rule, threshold: 2 }, [], 2],
    [
      'leaves a metric rule to its window',
      metricRule('{ status = error } | count_over_time() > 0', { windowMs: WINDOW_MS }),
      [],
      2,
    ],
  ])('%s', async (_, each, counted, expected) => {
    expect(await countAfterRestart(each, counted && new Set(counted.map(idOf)))).toBe(expected)
  })
})
