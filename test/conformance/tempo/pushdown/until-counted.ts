import { setTimeout as sleep } from 'node:timers/promises'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../../../../src/model/time.js'
import type { Trace } from '../../../../src/model/trace.js'
import type { RealTempo } from '../../../peers/tempo.js'

const COUNTED_WITHIN_MS = 20_000

/** Waits until every span is counted, in whichever part. */
export async function untilCounted(
  { url }: RealTempo,
  at: Timestamp,
  traces: readonly Trace[],
): Promise<void> {
  const wanted = traces.reduce((sum, { spans }) => sum + spans.length, 0)
  const deadline = Date.now() + COUNTED_WITHIN_MS
  let counted = 0
  while (Date.now() < deadline) {
    const params = new URLSearchParams({
      q: '{ } | count_over_time() with (exemplars=false)',
      start: String((at - 10 * MINUTE_MS) / SECOND_MS),
      end: String(at / SECOND_MS),
      step: '15s',
    })
    const body: unknown = await (await fetch(`${url}/api/metrics/query_range?${params.toString()}`)).json()
    counted = sumSamples(body)
    if (counted === wanted) return
    await sleep(200)
  }
  throw new Error(`Tempo counts ${counted} spans of ${wanted}`)
}

function sumSamples(body: unknown): number {
  const text = JSON.stringify(body)
  return [...text.matchAll(/"value":(\d+)/g)].reduce((sum, [, value]) => sum + Number(value), 0)
}
