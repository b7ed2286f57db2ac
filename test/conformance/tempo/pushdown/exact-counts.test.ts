import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMeasureAtSource } from '../../../../src/detect/pushdown/measure-at-source.js'
import { SECOND_MS, type Timestamp } from '../../../../src/model/time.js'
import { matchRule, metricRule } from '../../../build-rule.js'
import { openTempo } from '../../../open-tempo.js'
import { findPeer } from '../../../peers/find-peer.js'
import { startRealTempo, type RealTempo } from '../../../peers/tempo.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const TRACES = 5000
const SLOW = 173
const FAILED = 91
const LATE = 250
const STEP_MS = 15 * SECOND_MS
const MINUTE_STEPS = 4
const LATENESS_MS = 40 * SECOND_MS

interface SentTrace {
  readonly number: number
  readonly startMs: Timestamp
  readonly durationMs: number
  readonly isFailed: boolean
  readonly isSlow: boolean
  /** When it comes. */
  readonly arrivesMs: Timestamp
}

/** So many of all, spread evenly. */
const isOneOf = (count: number, number: number): boolean =>
  Math.floor(((number + 1) * count) / TRACES) > Math.floor((number * count) / TRACES)

/** Five thousand traces that start within a minute. */
function buildTraces(start: Timestamp): readonly SentTrace[] {
  return Array.from({ length: TRACES }, (_, number): SentTrace => {
    const startMs = start + Math.floor((number * MINUTE_STEPS * STEP_MS) / TRACES) + 1
    const isSlow = isOneOf(SLOW, number)
    const durationMs = isSlow ? 1200 : 30
    const lateMs = isOneOf(LATE, number + 7) || (isSlow && number % 5 === 0) ? LATENESS_MS : 0
    const isFailed = isOneOf(FAILED, number)
    return { number, startMs, durationMs, isFailed, isSlow, arrivesMs: startMs + durationMs + lateMs }
  })
}

const idOf = (words: string, digits: number): string =>
  createHash('sha256').update(words).digest('hex').slice(0, digits)

function toSpan({ number, startMs, durationMs, isFailed }: SentTrace): object {
  return {
    traceId: idOf(`exact ${number}`, 32),
    spanId: idOf(`exact ${number}`, 16),
    name: 'GET /cart',
    kind: 2,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + durationMs}000000`,
    status: isFailed ? { code: 2 } : {},
  }
}

async function send({ otlpUrl }: RealTempo, traces: readonly SentTrace[]): Promise<void> {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  for (let from = 0; from < traces.length; from += 500) {
    const spans = traces.slice(from, from + 500).map(toSpan)
    const response = await fetch(`${otlpUrl}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
    })
    if (!response.ok) throw new Error(`Tempo refused spans: ${response.status} ${await response.text()}`)
  }
}

const SHOWN_WITHIN_MS = 30_000

/** Waits until so many traces are found. */
async function untilFound(
  { url }: RealTempo,
  count: number,
  start: Timestamp,
  end: Timestamp,
): Promise<void> {
  const deadline = Date.now() + SHOWN_WITHIN_MS
  let found = 0
  while (Date.now() < deadline) {
    const window = { start: String(start / SECOND_MS - 1), end: String(end / SECOND_MS + 1) }
    const parameters = new URLSearchParams({ ...window, limit: String(2 * TRACES) })
    const text = await (await fetch(`${url}/api/search?${parameters.toString()}`)).text()
    found = text.split('"traceID"').length - 1
    if (found === count) return
    await sleep(100)
  }
  throw new Error(`Tempo finds ${found} traces of ${count}`)
}

describe.skipIf(binary === undefined)('five thousand traces in a minute, some of them 40 s late', () => {
  let tempo: RealTempo | undefined
  beforeAll(async () => {
    tempo = await startRealTempo(binary ?? '', {
      quickToShow: true,
      quickToComplete: true,
      withoutLimits: true,
    })
  })
  afterAll(() => tempo?.stop())

  it('are counted exactly, each once, over the windows that follow each other', async () => {
    if (tempo === undefined) throw new Error('there is no Tempo')
    const end = Math.floor(Date.now() / STEP_MS) * STEP_MS
    const start = end - (MINUTE_STEPS + 3) * STEP_MS
    const traces = buildTraces(start)
    expect(traces.filter(({ isSlow }) => isSlow)).toHaveLength(SLOW)
    expect(traces.filter(({ isFailed }) => isFailed)).toHaveLength(FAILED)
    const common = { windowMs: STEP_MS, groupBy: [] }
    const rules = [
      matchRule('{ duration > 1s }', common),
      matchRule('{ status = error }', common),
      matchRule('{ 1s < traceDuration }', common),
      metricRule('{ status = error } | count_over_time()', { windowMs: STEP_MS }),
    ]
    const source = openTempo(new URL(tempo.url))
    const measure = createMeasureAtSource({ source, latenessMs: LATENESS_MS + 5000 })
    const counted = rules.map((): number[] => [])
    let sent = 0
    for (let at = start + STEP_MS; at <= end; at += STEP_MS) {
      const due = traces.filter(({ arrivesMs }) => arrivesMs <= at && arrivesMs > at - STEP_MS)
      await send(tempo, due)
      sent += due.length
      await untilFound(tempo, sent, start, end)
      const measures = await measure(rules, at, new AbortController().signal)
      measures.forEach((measured, index) => {
        if (!('samples' in measured)) throw measured
        expect(measured.completeness).toBe('complete')
        counted[index]?.push(measured.samples.reduce((sum, { value }) => sum + value, 0))
      })
    }
    await source.close()
    const sums = counted.map((values) => values.reduce((sum, value) => sum + value, 0))
    const onTime = traces.filter(({ isFailed, arrivesMs, startMs }) => {
      const windowEnd = Math.ceil((startMs - start) / STEP_MS) * STEP_MS + start
      return isFailed && arrivesMs <= windowEnd
    })
    // It overlaps two windows, and has not come when the first is looked at.
    const slowInTwo = traces.filter(
      ({ isSlow, startMs, durationMs, arrivesMs }) =>
        isSlow &&
        Math.ceil((startMs - start) / STEP_MS) !== Math.ceil((startMs + durationMs - start) / STEP_MS) &&
        arrivesMs === startMs + durationMs,
    )
    expect(counted[0]?.length).toBeGreaterThan(5)
    expect({ slow: sums[0], failed: sums[1], slowTraces: sums[2], failedInTime: sums[3] }).toEqual({
      slow: SLOW,
      failed: FAILED,
      slowTraces: SLOW,
      failedInTime: onTime.length,
    })
    expect(slowInTwo.length).toBeGreaterThan(0)
  })
})
